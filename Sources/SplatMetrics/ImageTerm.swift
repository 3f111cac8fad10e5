package import SplatCore

/// A term of the loss that is a mean over pixels and channels of a rendered image, compared with a
/// photo or by itself.
///
/// The loss goes through the images in bands of rows. It calls ``begin(_:)`` once for each band,
/// then ``addGradient(ofRow:in:to:)`` for each of its rows. Bands run side by side, so a term keeps
/// nothing of them but in their scratch memory.
package protocol ImageTerm: Sendable {
  /// The channels of the render that the mean is over, all colours unless a term says otherwise.
  var channels: Range<Int> { get }
  /// How many pixels along the edges do not count, none unless a term says otherwise.
  var border: Int { get }

  /// The number of floats of scratch memory that a band needs, none unless a term says otherwise.
  func scratchCount(for images: ImagePair) -> Int

  /// Prepares for the rows of a band. Only terms that look at more than a pixel need it.
  func begin(_ band: TermBand)

  /// Sets the sum of a row, unless ``begin(_:)`` has, and adds the gradient of the mean times the
  /// band's scale.
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

/// A term and how much it counts in the loss.
package struct WeightedTerm: Sendable {
  package let weight: Float
  package let term: any ImageTerm

  package init(_ weight: Float, _ term: any ImageTerm) {
    self.weight = weight
    self.term = term
  }
}

/// Some rows of a channel, as a term works on them.
package struct TermBand: Sendable {
  package let images: ImagePair
  package let channel: Int
  package let rows: Range<Int>
  /// The pixels that the term's mean is over; pixels outside the mask are 0 in both images.
  package let counted: CountedPixels
  /// The gradient of the loss with respect to the term's value at a pixel that counts.
  package let scale: Float
  /// Undefined at first, ``ImageTerm/scratchCount(for:)`` floats.
  package let scratch: BufferView<Float>
  let sums: RowSums
  /// The term's number in the loss.
  let term: Int

  /// Sets the sum of the term's values over the pixels of a row that count, lane by lane.
  @inline(__always)
  package func setSum(ofRow row: Int, _ sum: Lanes) {
    sums.set(term, channel: channel, row: row, sum)
  }
}
