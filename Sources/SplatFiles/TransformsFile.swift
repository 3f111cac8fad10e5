import Foundation
import SplatCore

/// The cameras of a NeRF program's `transforms.json`.
struct TransformsFile {
  /// A frame: an image and its pose, with the lens of the frame or of the file.
  struct Frame {
    /// Where the frame stands in the file.
    let place: JSONPlace
    /// The image's file as it is written, often without an ending.
    let filePath: String?
    /// The size of the image, if the file says it.
    let size: (width: Int, height: Int)?
    fileprivate let shared: JSONPlace
  }

  /// The frames, in the order of the file.
  let frames: [Frame]

  init(_ top: JSONPlace) throws(FileError) {
    var frames: [Frame] = []
    for place in try top.member("frames").elements() {
      let width = try (place.optional("w") ?? top.optional("w"))?.imageSide()
      let height = try (place.optional("h") ?? top.optional("h"))?.imageSide()
      var size: (width: Int, height: Int)?
      if let width, let height { size = (width, height) }
      frames.append(
        Frame(
          place: place, filePath: try place.optional("file_path")?.text(), size: size, shared: top))
    }
    self.frames = frames
  }
}

extension TransformsFile.Frame {
  /// The frame's camera for an image of `width` x `height` pixels.
  func camera(width: Int, height: Int) throws(FileError) -> Camera {
    let ratio = SIMD2(
      Double(width) / Double(size?.width ?? width), Double(height) / Double(size?.height ?? height))
    let fx: Double
    if let place = lens("fl_x") {
      fx = try CameraPath.focal(place) * ratio.x
    } else if let place = lens("camera_angle_x") {
      fx = try focal(ofAngle: place, side: width)
    } else {
      throw place.bad("there is no `fl_x` and no `camera_angle_x`, here or for the whole file")
    }
    var fy = fx
    if let place = lens("fl_y") {
      fy = try CameraPath.focal(place) * ratio.y
    } else if lens("fl_x") == nil, let place = lens("camera_angle_y") {
      fy = try focal(ofAngle: place, side: height)
    }
    let center = SIMD2(
      try lens("cx")?.number() ?? Double(size?.width ?? width) / 2,
      try lens("cy")?.number() ?? Double(size?.height ?? height) / 2)
    return Camera(
      width: width, height: height, focalLength: SIMD2(fx, fy), principalPoint: center * ratio,
      viewMatrix: try worldFromCamera().inverse)
  }

  /// The first parameter of distortion that is not zero.
  var distortion: JSONPlace? {
    ["k1", "k2", "k3", "k4", "p1", "p2"].lazy.compactMap { lens($0) }.first {
      if case .number(0) = $0.value { false } else { true }
    }
  }

  private func lens(_ name: String) -> JSONPlace? { place.optional(name) ?? shared.optional(name) }

  private func focal(ofAngle place: JSONPlace, side: Int) throws(FileError) -> Double {
    let angle = try place.number()
    guard angle > 1e-4, angle < 3.14 else {
      throw place.bad("is \(angle); an angle between 0 and pi was expected")
    }
    return Double(side) / 2 / tan(angle / 2)
  }

  private func worldFromCamera() throws(FileError) -> RigidTransform {
    let matrix = try place.member("transform_matrix")
    let rows = try matrix.elements()
    guard rows.count == 3 || rows.count == 4 else {
      throw matrix.bad("has \(rows.count) rows; 4 were expected")
    }
    var turn: [[Double]] = []
    var translation = SIMD3<Double>()
    for index in 0..<3 {
      let numbers = try rows[index].numbers(4)
      // The camera of OpenGL has y up and looks along -z.
      turn.append([numbers[0], -numbers[1], -numbers[2]])
      translation[index] = numbers[3]
    }
    return try RigidTransform(checking: turn, translation: translation, at: matrix)
  }
}
