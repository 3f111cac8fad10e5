#if MPI
  import CMPI
  package import SplatCore
  import SplatTraining

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
      let (counts, starts) = Self.places(counts)
      unsafe sent.withPointer { sent in
        unsafe received.withPointer { received in
          _ = unsafe splat_mpi_gather(sent, received, counts, starts)
        }
      }
    }

    package func exchange(
      _ sent: BufferView<UInt8>, _ sentCounts: [Int], into received: BufferView<UInt8>,
      _ receivedCounts: [Int], size: Int
    ) {
      exchange(sent, sentCounts, into: received, receivedCounts, size: size, limit: 0)
    }

    /// Sends something to every other rank; returns whether all have answered within `seconds`.
    ///
    /// It is enough for the library to try each of the networks between them.
    package func meet(within seconds: Double) -> Bool {
      let size = 1 << 20
      let counts = (0..<count).map { $0 == rank ? 0 : 1 }
      let (sent, received) = (Buffer<UInt8>(), Buffer<UInt8>())
      let sentView = sent.view(count: (count - 1) * size)
      sentView.fill(0)
      let result = exchange(
        sentView, counts, into: received.view(count: sentView.count), counts, size: size,
        limit: seconds)
      return result != splat_mpi_no_answer
    }

    @discardableResult
    private func exchange(
      _ sent: BufferView<UInt8>, _ sentCounts: [Int], into received: BufferView<UInt8>,
      _ receivedCounts: [Int], size: Int, limit: Double
    ) -> Int32 {
      let (sentCounts, sentStarts) = Self.places(sentCounts)
      let (receivedCounts, receivedStarts) = Self.places(receivedCounts)
      return unsafe sent.withPointer { sent in
        unsafe received.withPointer { received in
          unsafe splat_mpi_exchange(
            sent, sentCounts, sentStarts, received, receivedCounts, receivedStarts, Int32(size),
            limit)
        }
      }
    }

    /// Counts as MPI takes them, and where each rank's part starts.
    private static func places(_ counts: [Int]) -> (counts: [Int32], starts: [Int32]) {
      var next = 0
      let starts = counts.map { count in
        defer { next += count }
        return Int32(next)
      }
      return (counts.map { Int32($0) }, starts)
    }
  }
#endif
