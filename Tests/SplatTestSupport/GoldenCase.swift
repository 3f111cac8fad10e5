package import Foundation

/// A folder of reference values: a manifest and one file of float32 for each array.
package struct GoldenCase: Sendable, CustomStringConvertible {
  package let folder: URL
  package let manifest: Manifest

  package struct Manifest: Decodable, Sendable {
    package let `case`: String
    package let config: Config?
    package let padding: [String: String]?
    package let scalars: [String: Scalar]?
    package let adam: Adam?
    package let position_lr: Schedule?
    package let arrays: [Array]
  }
  package struct Config: Decodable, Sendable {
    package let width: Int, height: Int
    package let fx: Double, fy: Double, cx: Double, cy: Double
    package let near: Float, far: Float
    package let background: [Float]
    package let sh_degree: Int
    package let antialiased: Bool
    package let alpha_max: Float, alpha_min: Float, transmittance_min: Float
  }
  package struct Scalar: Decodable, Sendable {
    package let value: Double
    package let measured_float32_abs_difference: Double
  }
  package struct Adam: Decodable, Sendable {
    package let lr: Float, beta1: Float, beta2: Float, eps: Float
    package let steps: Int
  }
  package struct Schedule: Decodable, Sendable {
    package struct Value: Decodable, Sendable {
      package let step: Int
      package let lr: Double
    }
    package let lr_init: Double, lr_final: Double
    package let max_steps: Int
    package let values: [Value]
  }
  package struct Array: Decodable, Sendable {
    package let name: String, file: String
    package let shape: [Int]
    package let kind: String
    package let tolerance: Tolerance?
  }
  package struct Tolerance: Decodable, Sendable {
    package let max_abs: Double, rel_l2: Double
  }

  package var description: String { manifest.case }

  /// The values of an array.
  package func values(_ name: String) throws -> [Float] {
    guard let array = manifest.arrays.first(where: { $0.name == name }) else {
      throw Failure.noArray(name)
    }
    let data = try Data(contentsOf: folder.appendingPathComponent(array.file))
    guard data.count == array.shape.reduce(4, *) else { throw Failure.wrongSize(array.file) }
    return unsafe data.withUnsafeBytes { bytes in
      (0..<data.count / 4).map {
        unsafe Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }

  package func tolerance(_ name: String) -> Tolerance? {
    manifest.arrays.first { $0.name == name }?.tolerance
  }

  package enum Failure: Error {
    case noArray(String)
    case wrongSize(String)
  }

  /// Every case in `SPLAT_GOLDEN_DIR` (by default the folder of reference values beside the
  /// checkout, if there is one) and in the project's own folder, for which `isWanted` returns true.
  package static func all(where isWanted: (Manifest) -> Bool) -> [GoldenCase] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let given = ProcessInfo.processInfo.environment["SPLAT_GOLDEN_DIR"].map {
      URL(fileURLWithPath: $0)
    }
    let folders = [
      given ?? root.deletingLastPathComponent().appendingPathComponent("shared/golden"),
      root.appendingPathComponent("Tests/SplatRenderingTests/Golden"),
    ]
    var cases: [GoldenCase] = []
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names.sorted() {
        let caseFolder = folder.appendingPathComponent(name)
        guard let data = try? Data(contentsOf: caseFolder.appendingPathComponent("manifest.json"))
        else { continue }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else { continue }
        if isWanted(manifest) { cases.append(GoldenCase(folder: caseFolder, manifest: manifest)) }
      }
    }
    return cases
  }
}

/// The difference of computed values from reference values.
package struct Difference: Sendable, CustomStringConvertible {
  package var maximum = 0.0
  package var relativeL2 = 0.0

  package init(
    _ values: [Float], _ reference: [Float], where isCounted: (Int) -> Bool = { _ in true }
  ) {
    var (square, total) = (0.0, 0.0)
    for index in reference.indices where isCounted(index) {
      let difference = Double(values[index]) - Double(reference[index])
      // A NaN must not pass as a small difference.
      if !(abs(difference) <= maximum) { maximum = difference.isNaN ? .infinity : abs(difference) }
      square += difference * difference
      total += Double(reference[index]) * Double(reference[index])
    }
    relativeL2 = total > 0 ? (square / total).squareRoot() : (square > 0 ? .infinity : 0)
  }

  package func isWithin(_ tolerance: GoldenCase.Tolerance) -> Bool {
    maximum <= tolerance.max_abs && relativeL2 <= tolerance.rel_l2
  }

  package var description: String { "max \(Float(maximum)), L2 \(Float(relativeL2))" }
}
