import SplatRendering

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// One orange Gaussian, two units in front of a camera at the origin.
var splats = Splats(count: 1, shDegree: 0)
splats[0] = Splat(
  mean: SIMD3(0, 0, 2), logScale: SIMD3(repeating: -2),
  rotation: Quaternion(w: 1, x: 0, y: 0, z: 0),
  opacityLogit: 5, shCoefficients: [(SIMD3(1, 0.5, 0) - 0.5) / zerothHarmonic])
let camera = Camera(width: 64, height: 48, focalLength: SIMD2(60, 60))
let frame = Renderer().render(splats, from: camera)
let pixels = frame.rgb8

let center = (24 * 64 + 32) * 3
let middle = Array(pixels[center..<center + 3])
let corner = Array(pixels[0..<3])
print("embedding: the middle is \(middle), the corner is \(corner)")
guard middle[0] > 230, (110...135).contains(middle[1]), middle[2] == 0, corner == [0, 0, 0] else {
  print("embedding: about [252, 126, 0] and [0, 0, 0] were expected")
  exit(1)
}
