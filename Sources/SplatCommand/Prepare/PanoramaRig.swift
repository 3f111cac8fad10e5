import SplatCore
import SplatFiles
import SplatPlatform

/// The overlapping pinhole views that COLMAP gets of each panorama, as the cameras of a rig: they
/// share a place, and are turned as they were cut.
///
/// The views are those of COLMAP's `panorama_sfm.py`: four directions around at each of three
/// heights, 90 degrees wide and high. Each has a folder, in which a file has the panorama's name.
enum PanoramaRig {
  private static let pitches = [-35.0, 0, 35]
  private static let yaws = [0.0, 90, 180, 270]

  /// The rotation from the panorama's frame to that of each view.
  static let turns = pitches.flatMap { pitch in
    yaws.map { rotation(yaw: $0 * .pi / 180, pitch: pitch * .pi / 180) }
  }

  /// The folder of the view at `index`, with a slash at the end.
  static func folder(_ index: Int) -> String { "view_\(index < 10 ? "0" : "")\(index)/" }

  /// Radians to the right and downwards.
  private static func rotation(yaw: Double, pitch: Double) -> Matrix3<Double> {
    let ahead = SIMD3(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch))
    let right = SIMD3(cos(yaw), 0, -sin(yaw))
    return Matrix3(Vector3(right), Vector3(ahead.cross(right)), Vector3(ahead))
  }

  /// The rotation from the frame of one view to that of another, as COLMAP writes quaternions.
  private static func rotation(from first: Int, to second: Int) -> JSON {
    let rotation = Quaternion(turns[second] * turns[first].transposed)
    return .array([rotation.w, rotation.x, rotation.y, rotation.z].map { .number($0) })
  }

  private static let samePlace = JSON.array([.integer(0), .integer(0), .integer(0)])

  /// What COLMAP's `rig_configurator` reads, from version 3.12 on.
  static var configuration: JSON {
    let cameras = turns.indices.map { view -> JSON in
      if view == 0 { return ["image_prefix": .text(folder(view)), "ref_sensor": .bool(true)] }
      return [
        "image_prefix": .text(folder(view)), "cam_from_rig_rotation": rotation(from: 0, to: view),
        "cam_from_rig_translation": samePlace,
      ]
    }
    return .array([["cameras": .array(cameras)]])
  }

  /// Views that are turned by more than this from where the others of their panorama say they are,
  /// in degrees, are in a wrong place.
  private static let mostTurned = 5.0

  /// The paths of views that earlier versions of COLMAP have put where they cannot be: not turned
  /// as most views of their panorama are. If there is no such majority, all of these are.
  static func strays(in model: COLMAPModel) -> [String] {
    let views = model.images.compactMap { image -> (frame: Substring, seen: View)? in
      guard let index = turns.indices.first(where: { image.name.hasPrefix(folder($0)) })
      else { return nil }
      // The rotation of the panorama that the view's own stands for.
      let rotation = turns[index].transposed * image.viewMatrix.rotation
      return (image.name.dropFirst(folder(index).count), View(name: image.name, panorama: rotation))
    }
    return Dictionary(grouping: views, by: \.frame).values.flatMap { frame -> [String] in
      let views = frame.map(\.seen)
      let agreeing = views.map { view in views.filter { $0.angle(to: view) <= mostTurned } }
      let most = agreeing.max { $0.count < $1.count } ?? []
      let isClear = views.count == 1 || 2 * most.count > views.count
      let kept = Set(isClear ? most.map(\.name) : [])
      return views.map(\.name).filter { !kept.contains($0) }
    }.sorted()
  }

  /// A view that COLMAP has found a place for.
  private struct View {
    let name: String
    /// The rotation from the world to the panorama's frame.
    let panorama: Matrix3<Double>

    /// The angle between the panoramas that two views stand for, in degrees.
    func angle(to other: View) -> Double {
      let turn = panorama * other.panorama.transposed
      let cosine = (turn.row0.x + turn.row1.y + turn.row2.z - 1) / 2
      return acos(min(max(cosine, -1), 1)) * 180 / .pi
    }
  }

  /// What the `rig_bundle_adjuster` of earlier versions reads.
  ///
  /// - Parameter model: A model of the views, of which each has a camera of its own.
  /// - Returns: Nil if no panorama has two views in the model.
  static func adjustment(of model: COLMAPModel) -> JSON? {
    let images = turns.indices.map { view in
      model.images.filter { $0.name.hasPrefix(folder(view)) }
    }
    // Panoramas without the view that the others are turned against stay as they are.
    let views = turns.indices.filter { !images[$0].isEmpty }
    guard let first = views.max(by: { images[$0].count < images[$1].count }), views.count > 1
    else { return nil }
    let cameras = views.map { view -> JSON in
      [
        "camera_id": .integer(Int(images[view][0].cameraID)), "image_prefix": .text(folder(view)),
        "rel_qvec": rotation(from: first, to: view), "rel_tvec": samePlace,
      ]
    }
    let reference = JSON.integer(Int(images[first][0].cameraID))
    return .array([["ref_camera_id": reference, "cameras": .array(cameras)]])
  }

  /// Pairs of views to compare in a video: each with those of its own panorama and of some after.
  ///
  /// - Parameter images: The paths of views.
  static func pairs(_ images: [String], panoramas: Int) -> String {
    let views = images.compactMap { path in
      path.firstIndex(of: "/").map { (path: path, frame: path[path.index(after: $0)...]) }
    }
    let frames = Dictionary(grouping: views, by: \.frame).sorted { $0.key < $1.key }
      .map { $0.value.map(\.path).sorted() }
    var text = ""
    for (index, frame) in frames.enumerated() {
      for (place, view) in frame.enumerated() {
        let others =
          frame[(place + 1)...]
          + frames[min(index + 1, frames.count)..<min(index + 1 + panoramas, frames.count)].joined()
        for other in others { text += "\(view) \(other)\n" }
      }
    }
    return text
  }
}
