import SplatFiles

extension PictureStyle {
  /// The range of the near plane, in world units.
  private static let nearRange = 1e-6...1e6
  /// The range of the factor on every Gaussian's size.
  private static let scaleRange = 0.01...10

  /// Reads the style in a page's message.
  init(_ json: JSONPlace) throws(FileError) {
    self.init()
    let name = try json.member("view")
    guard let view = View(rawValue: try name.text()) else {
      throw name.bad("is none of \(View.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.view = view
    let color = try json.member("background").numbers(3)
    for channel in 0..<3 { background[channel] = Float(min(max(color[channel], 0), 1)) }
    isAntialiased = try json.member("antialias").truth()
    nearPlane = try json.member("near").number(in: Self.nearRange)
    shDegree = try json.member("shDegree").wholeNumber(in: 0...4)
    splatScale = try json.member("splatScale").number(in: Self.scaleRange)
    minimumOpacity = try json.member("minimumOpacity").number(in: 0...1)
  }
}
