import Foundation
import SplatCore

/// Files as mkkellogg's viewer writes them, made here by the layout alone.
enum KSPLATFixtures {
  /// How many Gaussians a full bucket holds.
  static let capacity = 4
  static let blockSize: Float = 4
  static let harmonicRange: (Float, Float) = (-1, 2)

  /// A file of one section of `splats`; `mode` 0 has floats, 1 halves, 2 bytes for SH.
  ///
  /// Compressed Gaussians lie in buckets around the origin: full ones, and one for what is left.
  static func file(_ splats: Splats, mode: Int) -> [UInt8] {
    let degree = min(2, splats.shDegree)
    let full = mode == 0 ? 0 : splats.count / capacity
    let left = mode == 0 ? 0 : splats.count % capacity
    let buckets = full + (left > 0 ? 1 : 0)
    var header = [UInt8](repeating: 0, count: 4096)
    header[1] = 1
    put(UInt32(1), &header, 4)
    put(UInt32(1), &header, 8)
    put(UInt32(splats.count), &header, 12)
    put(UInt32(splats.count), &header, 16)
    put(UInt16(mode), &header, 20)
    put(harmonicRange.0.bitPattern, &header, 36)
    put(harmonicRange.1.bitPattern, &header, 40)
    var section = [UInt8](repeating: 0, count: 1024)
    put(UInt32(splats.count), &section, 0)
    put(UInt32(splats.count), &section, 4)
    put(UInt32(capacity), &section, 8)
    put(UInt32(buckets), &section, 12)
    put(blockSize.bitPattern, &section, 16)
    put(UInt16(12), &section, 20)
    put(UInt32(full), &section, 32)
    put(UInt32(left > 0 ? 1 : 0), &section, 36)
    put(UInt16(degree), &section, 40)
    var data: [UInt8] = left > 0 ? PLYFixtures.littleEndian(UInt32(left)) : []
    for bucket in 0..<buckets {
      for axis in 0..<3 { data += float(center(bucket)[axis]) }
    }
    for index in 0..<splats.count {
      data += record(splats[index], mode: mode, degree: degree, bucket: index / capacity)
    }
    return header + section + data
  }

  /// Centres that differ, so that a wrong bucket shows.
  static func center(_ bucket: Int) -> SIMD3<Float> {
    SIMD3(Float(bucket % 3) * 0.25, Float(bucket % 2) * -0.5, 0.125)
  }

  private static func record(_ splat: Splat, mode: Int, degree: Int, bucket: Int) -> [UInt8] {
    func number(_ value: Float) -> [UInt8] { mode == 0 ? float(value) : half(value) }
    var bytes: [UInt8] = []
    for axis in 0..<3 {
      guard mode > 0 else {
        bytes += float(splat.mean[axis])
        continue
      }
      let step = blockSize / 2 / 32767
      let place = (splat.mean[axis] - center(bucket)[axis]) / step + 32767
      bytes += PLYFixtures.littleEndian(UInt16(place.rounded()))
    }
    for axis in 0..<3 { bytes += number(exp(splat.logScale[axis])) }
    let q = splat.rotation
    for part in [q.w, q.x, q.y, q.z] { bytes += number(part) }
    for channel in 0..<3 {
      let color = 0.5 + zerothHarmonic * splat.shCoefficients[0][channel]
      bytes.append(UInt8((min(max(color, 0), 1) * 255).rounded()))
    }
    bytes.append(UInt8((255 / (1 + exp(-splat.opacityLogit))).rounded()))
    for band in 1..<max(1, degree + 1) {
      for channel in 0..<3 {
        for order in 0..<2 * band + 1 {
          let value = splat.shCoefficients[band * band + order][channel]
          let (low, high) = harmonicRange
          bytes +=
            mode == 2
            ? [UInt8(((value - low) / (high - low) * 255).rounded())] : number(value)
        }
      }
    }
    return bytes
  }

  private static func put<Value: FixedWidthInteger>(
    _ value: Value, _ bytes: inout [UInt8], _ place: Int
  ) {
    let new = PLYFixtures.littleEndian(value)
    bytes.replaceSubrange(place..<place + new.count, with: new)
  }

  private static func float(_ value: Float) -> [UInt8] {
    PLYFixtures.littleEndian(value.bitPattern)
  }

  /// The nearest half, of a number whose size is that of a half's normal numbers or zero.
  static func half(_ value: Float) -> [UInt8] {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16 & 0x8000)
    // The exponent's bias is 112 less; the fraction loses 13 bits, rounded.
    let rest = (bits & 0x7fff_ffff) + 0x1000
    guard rest >> 23 > 112 else { return PLYFixtures.littleEndian(sign) }
    return PLYFixtures.littleEndian(sign | UInt16((rest >> 13) - (112 << 10)))
  }
}
