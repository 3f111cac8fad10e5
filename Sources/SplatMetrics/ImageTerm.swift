package import SplatCore

/// A term of the loss that is a mean over pixels and channels of a rendered image, with or without
/// comparison to a photo.
///
/// The loss goes through the images in bands of rows. It calls ``begin(_:)`` once for each band,
/// then ``addGradient(ofRow:in:to:)`` for each of its rows. Bands run concurrently, so a term keeps
/// a band's state only in the band's scratch memory.
package protocol ImageTerm: Sendable {
  /// The channels of the render that the mean covers; by default, all colours.
  var channels: Range<Int> { get }
  /// The width of the strip along the edges that does not count, in pixels; by default, 0.
  var border: Int { get }

  /// The number of floats of scratch memory that a band needs; by default, 0.
  func scratchCount(for images: ImagePair) -> Int

  /// Prepares for the rows of a band. Only terms that depend on more than single pixels need it.
  func begin(_ band: TermBand)

  /// Sets the sum of a row, unless ``begin(_:)`` has done so, and adds the gradient of the mean
  /// times the band's scale.
  ///
  /// - Parameter gradient: The gradient of the row's pixels, in whole lanes.
  func addGradient(ofRow row: Int, in band: TermBand, to gradient: BufferView<Float>)
}

extension ImageTerm {
  package var channels: Range<Int> { ImagePair.colors }
  package var border: Int { 0 }
  package func scratchCount(for images: ImagePair) -> Int { 0 }
  package func begin(_ band: TermBand) {}
}

/// A term and its weight in the loss.
package struct WeightedTerm: Sendable {
  package let weight: Float
  package let term: any ImageTerm

  package init(_ weight: Float, _ term: any ImageTerm) {
    self.weight = weight
    self.term = term
  }
}

/// Some rows of a channel, with what a term needs to process them.
package struct TermBand: Sendable {
  package let images: ImagePair
  package let channel: Int
  package let rows: Range<Int>
  /// The pixels that the term's mean covers; pixels outside the mask are 0 in both images.
  package let counted: CountedPixels
  /// The gradient of the loss with respect to the term's value at a pixel that counts.
  package let scale: Float
  /// ``ImageTerm/scratchCount(for:)`` floats, undefined at first.
  package let scratch: BufferView<Float>
  let sums: RowSums
  /// The term's index in the loss.
  let term: Int

  /// Sets the sum of the term's values over the pixels of a row that count, lane by lane.
  @inline(__always)
  package func setSum(ofRow row: Int, _ sum: Lanes) {
    sums.set(term, channel: channel, row: row, sum)
  }
}
