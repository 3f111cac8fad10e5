import ArgumentParser
import SplatEditing
import SplatFiles

/// How the file is written.
struct ModelFileOptions: ParsableArguments {
  /// The order of the Gaussians in the file.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    /// The order of the inputs.
    case input
    /// Morton order, in which neighbours in the file are mostly neighbours in space.
    case morton
  }

  @Option(help: "The format, if the ending does not name it.")
  var format: ModelFormat?

  @Option(help: ArgumentHelp("The degree of view-dependent colour, 0...4.", valueName: "degree"))
  var shDegree: Int?

  @Option(help: "The order of the Gaussians, unless the format prescribes one.")
  var order = Order.input

  @Option(help: ArgumentHelp("The version of an SPZ file, 3 or 4.", valueName: "version"))
  var spzVersion = 3

  @Option(
    help: ArgumentHelp(
      """
      The bits of each SH coefficient beyond the constant one in an SPZ file, 1...8; fewer make a \
      smaller file.
      """, valueName: "bits"))
  var shBits = 8

  @Option(
    help: ArgumentHelp(
      "The largest number of entries in the SH palette of a SOG model, 64...65536.",
      valueName: "count"))
  var palette = 65_536

  func validate() throws {
    if let shDegree, !(0...4).contains(shDegree) {
      throw ValidationError("--sh-degree is \(shDegree); 0...4 is expected.")
    }
    guard (3...4).contains(spzVersion) else {
      throw ValidationError("--spz-version is \(spzVersion); 3 or 4 is expected.")
    }
    guard (1...8).contains(shBits) else {
      throw ValidationError("--sh-bits is \(shBits); 1...8 is expected.")
    }
    guard (64...65_536).contains(palette) else {
      throw ValidationError("--palette is \(palette); 64...65536 is expected.")
    }
  }

  /// The options of the file that are set here.
  var options: ModelFile.Options {
    var options = ModelFile.Options()
    options.spzVersion = spzVersion
    options.spzHarmonicBits = shBits
    options.palette = palette
    return options
  }

  /// The model with the chosen degree, in the chosen order.
  func arranged(_ splats: Splats) -> Splats {
    let splats = shDegree.map { splats.withHarmonics(degree: $0) } ?? splats
    return order == .morton ? splats.inMortonOrder() : splats
  }
}
