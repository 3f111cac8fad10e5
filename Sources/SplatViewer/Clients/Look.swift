package import SplatCore
import SplatFiles

/// A picture that a page asks for.
package struct Look: Sendable, Equatable {
  /// The page's number for it, which grows.
  package var serial: Int
  /// The camera, with the size of the picture.
  package var camera: Camera
  /// How it is drawn.
  package var style: PictureStyle
  /// Whether the camera is on its way, so that a small picture soon is better than a large one late.
  package var isMoving: Bool
}

extension Look {
  /// The most pixels of a picture that follows the camera.
  package static let largestArea = 16_000_000
  /// The most pixels of a picture that is drawn once, to be saved; enough for 7680 x 4320.
  package static let largestSavedArea = 40_000_000
  /// Beyond this a place in the world has no meaning in single precision.
  private static let largestPosition = 1e9
  /// The range of the focal length as a share of the picture's height: fields of view of 169 to 0.06
  /// degrees.
  private static let focalRange = 0.05...1000

  /// Reads the look in a page's message.
  init(_ message: JSONPlace, largestArea: Int) throws(FileError) {
    serial = try message.member("serial").wholeNumber(in: 0...1 << 53)
    camera = try Self.camera(message.member("camera"), largestArea: largestArea)
    style = try PictureStyle(message.member("style"))
    isMoving = try message.optional("moving")?.truth() ?? false
  }

  private static func camera(_ place: JSONPlace, largestArea: Int) throws(FileError) -> Camera {
    let camera = try CameraPath.camera(place)
    guard camera.width * camera.height <= largestArea else {
      throw place.bad(
        "has \(camera.width) x \(camera.height) pixels; at most \(largestArea) in all are drawn")
    }
    let (center, height) = (camera.center, Double(camera.height))
    guard (0..<3).allSatisfy({ abs(center[$0]) <= largestPosition }) else {
      throw place.bad(
        "stands at \(center); at most \(largestPosition) from the origin was expected")
    }
    for axis in 0..<2 {
      guard focalRange.contains(camera.focalLength[axis] / height) else {
        throw place.bad(
          """
          has a focal length of \(camera.focalLength[axis]) pixels; \(focalRange.lowerBound) to \
          \(focalRange.upperBound) times its height was expected
          """)
      }
      guard abs(camera.principalPoint[axis]) <= 10 * Double(max(camera.width, camera.height)) else {
        throw place.bad("has its principal point at \(camera.principalPoint), far from the picture")
      }
    }
    return camera
  }
}

extension PictureStyle {
  /// Reads the style in a page's message.
  init(_ place: JSONPlace) throws(FileError) {
    self.init()
    let name = try place.member("view")
    guard let view = View(rawValue: try name.text()) else {
      throw name.bad("is none of \(View.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.view = view
    let color = try place.member("background").numbers(3)
    for channel in 0..<3 { background[channel] = Float(min(max(color[channel], 0), 1)) }
    isAntialiased = try place.member("antialias").truth()
    nearPlane = try place.member("near").number(in: 1e-6...1e6)
    shDegree = try place.member("shDegree").wholeNumber(in: 0...4)
    splatScale = try place.member("splatScale").number(in: 0.01...10)
    minimumOpacity = try place.member("minimumOpacity").number(in: 0...1)
  }
}

extension JSONPlace {
  /// The truth value.
  func truth() throws(FileError) -> Bool {
    guard let truth = bool else { throw bad("is \(kindInWords); a truth value was expected") }
    return truth
  }

  /// The number, which is in `range`.
  func number(in range: ClosedRange<Double>) throws(FileError) -> Float {
    let number = try number()
    guard range.contains(number) else {
      throw bad("is \(number); \(range.lowerBound) to \(range.upperBound) was expected")
    }
    return Float(number)
  }

  /// The whole number, which is in `range`.
  func wholeNumber(in range: ClosedRange<Int>) throws(FileError) -> Int {
    let number = try number()
    guard number == number.rounded(),
      Double(range.lowerBound) <= number, number <= Double(range.upperBound)
    else {
      throw bad(
        "is \(number); a whole number, \(range.lowerBound) to \(range.upperBound), was expected")
    }
    return Int(number)
  }
}
