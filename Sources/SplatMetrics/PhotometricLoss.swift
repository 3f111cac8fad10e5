package import SplatCore

/// The loss of a rendered image, which is a sum of weighted terms, and its gradient.
package final class PhotometricLoss {
  /// The loss of a render and its parts.
  package struct Value: Sendable, Equatable {
    /// The loss itself.
    package var loss: Double
    /// The terms before weighting, in order; 0 for a term for which no pixel counts.
    package var terms: [Double]
    /// The mean over the photo's channels of (x - y)², with x clamped to 0...1.
    package var squaredError: Double

    /// The value before anything is measured.
    package static let none = Value(loss: 0, terms: [], squaredError: 0)
  }

  private let scratch = Buffer<Float>()
  private let sums = Buffer<Float>()

  package init() {}

  /// Returns the loss of a render and writes its gradient.
  ///
  /// - Parameters:
  ///   - images: The render and the photo; pixels that the mask leaves out are 0.
  ///   - terms: The terms of the loss.
  ///   - gradient: A plane of height x width for each channel of the render; pixels that the mask
  ///     leaves out get 0.
  /// - Returns: The loss and its parts.
  package func evaluate(
    _ images: ImagePair, terms: [WeightedTerm], gradient: [BufferView<Float>], workers: Workers
  ) -> Value {
    let (width, height) = (images.render.width, images.render.height)
    let channels = images.render.channels
    precondition(gradient.count == channels && gradient.allSatisfy { $0.count == width * height })
    let sums = RowSums(
      sums, quantities: terms.count + 1, channels: channels, height: height)

    // Lay out a worker's scratch memory: the gradient of a row, then the terms' own.
    let counted = CountedPixels(images)
    var parts: [Part] = []
    var scratchEnd = images.render.paddedWidth
    for (index, weighted) in terms.enumerated() {
      let (term, start) = (weighted.term, scratchEnd)
      scratchEnd += term.scratchCount(for: images)
      parts.append(
        Part(
          term: term, weight: weighted.weight, index: index,
          counted: term.border == 0 ? counted : CountedPixels(images, border: term.border),
          scratch: start..<scratchEnd))
    }
    let scratchSize = scratchEnd
    let scratch = scratch.view(count: workers.threads * scratchSize)

    // Go through the bands; all terms visit the rows of a band while they are in a cache.
    let counting = parts.filter { $0.count > 0 }
    let bands = RowBands(channels: channels, height: height)
    workers.forEach(bands.count) { index, worker in
      let (channel, rows) = bands[index]
      let memory = scratch.slice(worker * scratchSize..<(worker + 1) * scratchSize)
      Self.addTerms(
        counting.filter { $0.term.channels.contains(channel) }, of: images, channel: channel,
        rows: rows, scratch: memory, sums: sums, gradient: gradient[channel])
      guard ImagePair.colors.contains(channel) else { return }
      for row in rows {
        sums.set(
          terms.count, channel: channel, row: row,
          PSNR.squaredErrors(ofRow: row, of: images, channel: channel))
      }
    }

    // Turn the sums of rows into means.
    var value = Value.none
    for part in parts {
      let total = part.count > 0 ? sums.total(part.index, channels: part.term.channels) : 0
      let mean = total / Double(max(1, part.count))
      value.terms.append(mean)
      value.loss += Double(part.weight) * mean
    }
    value.squaredError =
      sums.total(terms.count, channels: ImagePair.colors)
      / Double(max(1, counted.count * ImagePair.colors.count))
    return value
  }

  /// A term and what it needs to know about the images.
  private struct Part: Sendable {
    let term: any ImageTerm
    let weight: Float
    let index: Int
    let counted: CountedPixels
    let scratch: Range<Int>

    /// The number of values in the term's mean.
    var count: Int { counted.count * term.channels.count }
  }

  /// Writes the gradient of a band's rows, to which `parts` add theirs.
  private static func addTerms(
    _ parts: [Part], of images: ImagePair, channel: Int, rows: Range<Int>,
    scratch: BufferView<Float>, sums: RowSums, gradient: BufferView<Float>
  ) {
    let bands = parts.map {
      TermBand(
        images: images, channel: channel, rows: rows, counted: $0.counted,
        scale: $0.weight / Float($0.count), scratch: scratch.slice($0.scratch), sums: sums,
        term: $0.index)
    }
    for (part, band) in zip(parts, bands) { part.term.begin(band) }
    let width = images.render.width
    let padded = scratch.slice(0..<images.render.paddedWidth)
    for row in rows {
      padded.fill(0)
      for (part, band) in zip(parts, bands) {
        part.term.addGradient(ofRow: row, in: band, to: padded)
      }
      let result = gradient.slice(row * width..<(row + 1) * width)
      result.copy(padded.slice(0..<width))
      for x in 0..<(images.mask.count > 0 ? width : 0) { result[x] *= images.mask[row * width + x] }
    }
  }
}
