import CSplat
import SplatC
import Testing

/// A model, a camera and options, drawn and differentiated through the functions of `splat.h`.
struct CScene {
  var means: [Float] = []
  var quaternions: [Float] = []
  var scales: [Float] = []
  var opacities: [Float] = []
  var colors: [Float] = []
  /// The harmonics but the constant one; empty if they are in ``colors``.
  var shRest: [Float] = []
  var shDegree: Int32 = 0
  var flags: UInt32 = 0
  var camera = splat_camera()
  var options = splat_render_options()
  var threads: Int32 = 0

  var count: Int { opacities.count }
  var pixels: Int { Int(camera.width) * Int(camera.height) }

  /// The gradient of a loss with respect to the images; empty where it does not depend on one.
  struct ImageGradient {
    var color: [Float] = []
    var alpha: [Float] = []
    var depth: [Float] = []
    var expectedDepth: [Float] = []
  }

  /// Everything that the library returns.
  struct Results: Equatable {
    var color: [Float] = []
    var alpha: [Float] = []
    var depth: [Float] = []
    var expectedDepth: [Float] = []
    var means2D: [Float] = []
    var radii: [Int32] = []
    var depths: [Float] = []
    var conics: [Float] = []
    var opacities: [Float] = []

    var gradMeans: [Float] = []
    var gradQuaternions: [Float] = []
    var gradScales: [Float] = []
    var gradOpacities: [Float] = []
    var gradColors: [Float] = []
    var gradSHRest: [Float] = []
    var gradMeans2D: [Float] = []
    var gradAbsolute: [Float] = []
    var gradView: [Double] = []
    var gradBackground: [Double] = []
  }

  /// Throws the library's message if `status` is not that of success.
  static func check(_ status: splat_status) throws {
    guard status == SPLAT_OK else { throw Failure(message: lastError, status: status) }
  }

  struct Failure: Error {
    let message: String
    let status: splat_status
  }

  static var lastError: String { unsafe String(cString: splat_last_error()) }

  /// Draws the picture, and propagates `gradient` back twice, which must add up to twice as much;
  /// the results have it once.
  func run(_ gradient: ImageGradient) throws -> Results {
    var results = emptyResults
    var context: OpaquePointer?
    var contextOptions = splat_context_options(
      struct_size: MemoryLayout<splat_context_options>.size, threads: threads)
    try unsafe Self.check(splat_context_create(&contextOptions, &context))
    defer { unsafe splat_context_free(context) }
    let model = unsafe try makeModel()
    defer { unsafe splat_model_free(model) }

    var pass: OpaquePointer?
    try unsafe forward(context, model, &results, pass: &pass)
    defer { unsafe splat_pass_free(pass) }
    try unsafe backward(pass, gradient, &results)
    let once = results
    try unsafe backward(pass, gradient, &results)
    #expect(zip(once.gradMeans, results.gradMeans).allSatisfy { 2 * $0 == $1 })
    #expect(zip(once.gradColors, results.gradColors).allSatisfy { 2 * $0 == $1 })
    return once
  }

  private var emptyResults: Results {
    func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
    return Results(
      color: zeros(pixels * 3), alpha: zeros(pixels), depth: zeros(pixels),
      expectedDepth: zeros(pixels), means2D: zeros(count * 2),
      radii: [Int32](repeating: -1, count: count * 2), depths: zeros(count),
      conics: zeros(count * 3), opacities: zeros(count), gradMeans: zeros(count * 3),
      gradQuaternions: zeros(count * 4), gradScales: zeros(count * 3), gradOpacities: zeros(count),
      gradColors: zeros(colors.count), gradSHRest: zeros(shRest.count),
      gradMeans2D: zeros(count * 2), gradAbsolute: zeros(count * 2),
      gradView: [Double](repeating: 0, count: 16), gradBackground: [0, 0, 0])
  }

  @unsafe func makeModel() throws -> OpaquePointer? {
    var model: OpaquePointer?
    // Arrays passed as pointers live for the call alone, so the structure is filled by closures.
    try unsafe means.withUnsafeBufferPointer { means in
      try unsafe quaternions.withUnsafeBufferPointer { quaternions in
        try unsafe scales.withUnsafeBufferPointer { scales in
          try unsafe opacities.withUnsafeBufferPointer { opacities in
            try unsafe colors.withUnsafeBufferPointer { colors in
              try unsafe shRest.withUnsafeBufferPointer { shRest in
                var gaussians = unsafe splat_gaussians(
                  struct_size: MemoryLayout<splat_gaussians>.size, count: count,
                  sh_degree: shDegree, flags: flags, means: means.baseAddress,
                  quaternions: quaternions.baseAddress, scales: scales.baseAddress,
                  opacities: opacities.baseAddress, colors: colors.baseAddress,
                  sh_rest: shRest.isEmpty ? nil : shRest.baseAddress)
                try unsafe Self.check(splat_model_create(&gaussians, &model))
              }
            }
          }
        }
      }
    }
    return unsafe model
  }

  @unsafe private func forward(
    _ context: OpaquePointer?, _ model: OpaquePointer?, _ results: inout Results,
    pass: inout OpaquePointer?
  ) throws {
    var (camera, options) = (camera, options)
    try unsafe results.color.withUnsafeMutableBufferPointer { color in
      try unsafe results.alpha.withUnsafeMutableBufferPointer { alpha in
        try unsafe results.depth.withUnsafeMutableBufferPointer { depth in
          try unsafe results.expectedDepth.withUnsafeMutableBufferPointer { expectedDepth in
            try unsafe results.means2D.withUnsafeMutableBufferPointer { means2D in
              try unsafe results.radii.withUnsafeMutableBufferPointer { radii in
                try unsafe results.depths.withUnsafeMutableBufferPointer { depths in
                  try unsafe results.conics.withUnsafeMutableBufferPointer { conics in
                    try unsafe results.opacities.withUnsafeMutableBufferPointer { opacities in
                      var outputs = unsafe splat_outputs()
                      unsafe outputs.struct_size = MemoryLayout<splat_outputs>.size
                      unsafe (outputs.width, outputs.height) = (camera.width, camera.height)
                      unsafe outputs.count = count
                      unsafe outputs.color = UnsafeMutableRawPointer(color.baseAddress)
                      unsafe outputs.alpha = alpha.baseAddress
                      unsafe outputs.depth = depth.baseAddress
                      unsafe outputs.expected_depth = expectedDepth.baseAddress
                      unsafe outputs.means2d = means2D.baseAddress
                      unsafe outputs.radii = radii.baseAddress
                      unsafe outputs.depths = depths.baseAddress
                      unsafe outputs.conics = conics.baseAddress
                      unsafe outputs.opacities = opacities.baseAddress
                      try unsafe Self.check(
                        splat_render(context, model, &camera, &options, &outputs, &pass))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @unsafe private func backward(
    _ pass: OpaquePointer?, _ gradient: ImageGradient, _ results: inout Results
  ) throws {
    func pointer(_ array: UnsafeBufferPointer<Float>) -> UnsafePointer<Float>? {
      array.isEmpty ? nil : array.baseAddress
    }
    try unsafe gradient.color.withUnsafeBufferPointer { color in
      try unsafe gradient.alpha.withUnsafeBufferPointer { alpha in
        try unsafe gradient.depth.withUnsafeBufferPointer { depth in
          try unsafe gradient.expectedDepth.withUnsafeBufferPointer { expectedDepth in
            var image = unsafe splat_image_gradients()
            unsafe image.struct_size = MemoryLayout<splat_image_gradients>.size
            unsafe (image.width, image.height) = (camera.width, camera.height)
            unsafe image.color = pointer(color)
            unsafe image.alpha = pointer(alpha)
            unsafe image.depth = pointer(depth)
            unsafe image.expected_depth = pointer(expectedDepth)
            try unsafe backward(pass, &image, &results)
          }
        }
      }
    }
  }

  @unsafe private func backward(
    _ pass: OpaquePointer?, _ image: inout splat_image_gradients, _ results: inout Results
  ) throws {
    try unsafe results.gradMeans.withUnsafeMutableBufferPointer { means in
      try unsafe results.gradQuaternions.withUnsafeMutableBufferPointer { quaternions in
        try unsafe results.gradScales.withUnsafeMutableBufferPointer { scales in
          try unsafe results.gradOpacities.withUnsafeMutableBufferPointer { opacities in
            try unsafe results.gradColors.withUnsafeMutableBufferPointer { colors in
              try unsafe results.gradSHRest.withUnsafeMutableBufferPointer { shRest in
                try unsafe results.gradMeans2D.withUnsafeMutableBufferPointer { means2D in
                  try unsafe results.gradAbsolute.withUnsafeMutableBufferPointer { absolute in
                    try unsafe results.gradView.withUnsafeMutableBufferPointer { view in
                      try unsafe results.gradBackground.withUnsafeMutableBufferPointer { back in
                        var gradients = unsafe splat_gradients(
                          struct_size: MemoryLayout<splat_gradients>.size, count: count,
                          means: means.baseAddress, quaternions: quaternions.baseAddress,
                          scales: scales.baseAddress, opacities: opacities.baseAddress,
                          colors: colors.baseAddress,
                          sh_rest: shRest.isEmpty ? nil : shRest.baseAddress,
                          means2d: means2D.baseAddress, absolute_means2d: absolute.baseAddress,
                          view_matrix: view.baseAddress, background: back.baseAddress)
                        try unsafe Self.check(splat_render_backward(pass, &image, &gradients))
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
