#if MPI
  import CMPI
  package import SplatCore
  package import SplatTraining

  /// The processes that `mpirun` or `srun` has started, as MPI knows them.
  ///
  /// The library ends all processes if one of them is lost or a call fails, so that no call returns
  /// an error.
  package final class MPIRanks: Ranks {
    package let rank: Int
    package let count: Int

    /// Starts MPI; once in a process, and only the thread that has started it may use it.
    package init() {
      _ = splat_mpi_start()
      rank = Int(splat_mpi_rank())
      count = Int(splat_mpi_count())
    }

    /// What the library calls itself.
    package var library: String {
      var text = [CChar](repeating: 0, count: 256)
      let size = Int32(text.count)
      unsafe text.withUnsafeMutableBufferPointer { unsafe splat_mpi_library($0.baseAddress, size) }
      return String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Ends MPI, once all ranks have called this.
    package func finish() { splat_mpi_finish() }

    /// Ends the processes of all ranks with an exit code.
    package func abort(code: Int32) { splat_mpi_abort(code) }

    package func gather(
      _ sent: BufferView<UInt8>, into received: BufferView<UInt8>, counts: [Int]
    ) {
      let (counts, starts) = Self.integers(RankParts(counts: counts))
      unsafe sent.withPointer { sent in
        unsafe received.withPointer { received in
          _ = unsafe splat_mpi_gather(sent, received, counts, starts)
        }
      }
    }

    package func exchange(
      _ sent: BufferView<UInt8>, _ sentParts: RankParts, into received: BufferView<UInt8>,
      _ receivedParts: RankParts, size: Int
    ) {
      exchange(sent, sentParts, into: received, receivedParts, size: size, limit: 0)
    }

    /// Sends something to every other rank; returns whether all have answered within `seconds`.
    ///
    /// It is enough for the library to try each of the networks between them.
    package func meet(within seconds: Double) -> Bool {
      let size = 1 << 17
      let parts = RankParts(counts: (0..<count).map { $0 == rank ? 0 : 1 })
      let (sent, received) = (Buffer<UInt8>(), Buffer<UInt8>())
      let sentView = sent.view(count: (count - 1) * size)
      sentView.fill(0)
      let result = exchange(
        sentView, parts, into: received.view(count: sentView.count), parts, size: size,
        limit: seconds)
      return result != splat_mpi_no_answer
    }

    @discardableResult
    private func exchange(
      _ sent: BufferView<UInt8>, _ sentParts: RankParts, into received: BufferView<UInt8>,
      _ receivedParts: RankParts, size: Int, limit: Double
    ) -> Int32 {
      let (sentCounts, sentStarts) = Self.integers(sentParts)
      let (receivedCounts, receivedStarts) = Self.integers(receivedParts)
      return unsafe sent.withPointer { sent in
        unsafe received.withPointer { received in
          unsafe splat_mpi_exchange(
            sent, sentCounts, sentStarts, received, receivedCounts, receivedStarts, Int32(size),
            limit)
        }
      }
    }

    /// Parts as MPI takes them.
    private static func integers(_ parts: RankParts) -> (counts: [Int32], starts: [Int32]) {
      (parts.counts.map { Int32($0) }, parts.starts.map { Int32($0) })
    }
  }
#endif
