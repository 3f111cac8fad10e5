import SplatCore

extension Photo {
  /// The variance of the Laplacian of the brightness, which blur makes smaller (Pech-Pacheco and
  /// others, 2000); 0 for photos without inner pixels.
  var sharpness: Double {
    // Brightness in 1/256, by the weights of BT.601.
    let luma = (0..<width * height).map { pixel -> Int32 in
      let base = pixel * channels
      return Int32(bytes[base]) * 77 + Int32(bytes[base + 1]) * 150 + Int32(bytes[base + 2]) * 29
    }
    guard width > 2, height > 2 else { return 0 }
    var (sum, squares) = (0.0, 0.0)
    for y in 1..<height - 1 {
      for pixel in y * width + 1..<(y + 1) * width - 1 {
        let neighbours =
          luma[pixel - 1] + luma[pixel + 1] + luma[pixel - width] + luma[pixel + width]
        let value = Double(neighbours - 4 * luma[pixel]) / 256
        sum += value
        squares += value * value
      }
    }
    let count = Double((width - 2) * (height - 2))
    let mean = sum / count
    return squares / count - mean * mean
  }
}
