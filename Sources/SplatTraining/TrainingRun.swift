import Dispatch
public import SplatCore
import Synchronization

/// A training on a thread of its own, whose progress is an asynchronous sequence.
///
/// ```swift
/// let run = TrainingRun { try Trainer(views: views, points: points, settings: settings) }
/// for try await progress in run where progress.iteration % 100 == 0 {
///   show(await run.snapshot())
/// }
/// let model = await run.snapshot()
/// ```
///
/// Elements that are not awaited in time are skipped, but for the last. The training ends early
/// after ``stop()``, when the task that awaits it is cancelled, and when nobody holds the run.
public final class TrainingRun: AsyncSequence, Sendable {
  /// What the sequence is made of.
  public typealias Element = TrainingProgress

  /// What the thread of the training and others share.
  private final class Shared: Sendable {
    struct State {
      var requests: [CheckedContinuation<Splats?, Never>] = []
      var isStopped = false
      /// What there is after the end; nil while the training runs.
      var result: Splats??
    }

    let state = Mutex(State())

    func stop() { state.withLock { $0.isStopped = true } }

    /// Answers requests with the model as it is; returns whether the training goes on.
    func serve(_ trainer: Trainer) -> Bool {
      let (requests, isStopped) = state.withLock { state in
        defer { state.requests = [] }
        return (state.requests, state.isStopped)
      }
      if !requests.isEmpty {
        let splats = trainer.splats
        requests.forEach { $0.resume(returning: splats) }
      }
      return !isStopped
    }

    func finish(_ result: Splats?) {
      let requests = state.withLock { state in
        defer { state.requests = [] }
        state.result = .some(result)
        return state.requests
      }
      requests.forEach { $0.resume(returning: result) }
    }
  }

  private let shared = Shared()
  private let stream: AsyncThrowingStream<TrainingProgress, any Error>

  /// Starts a training.
  ///
  /// - Parameter make: prepares it, on the training's thread; an error ends the sequence.
  public init(_ make: @escaping @Sendable () throws -> Trainer) {
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: TrainingProgress.self, throwing: (any Error).self, bufferingPolicy: .bufferingNewest(1))
    self.stream = stream
    let shared = shared
    continuation.onTermination = { _ in shared.stop() }
    DispatchQueue(label: "splat.training").async {
      do {
        let trainer = try make()
        trainer.run { progress in
          continuation.yield(progress)
          return shared.serve(trainer)
        }
        if let failure = trainer.photos.failure { throw failure }
        shared.finish(trainer.splats)
        continuation.finish()
      } catch {
        shared.finish(nil)
        continuation.finish(throwing: error)
      }
    }
  }

  deinit { shared.stop() }

  /// Ends the training after the iteration that it is in.
  public func stop() { shared.stop() }

  /// The model between two iterations, or at the end; nil if the training failed.
  public func snapshot() async -> Splats? {
    await withCheckedContinuation { continuation in
      let result = shared.state.withLock { state -> Splats?? in
        if state.result == nil { state.requests.append(continuation) }
        return state.result
      }
      if let result { continuation.resume(returning: result) }
    }
  }

  /// An iterator over the progress.
  public func makeAsyncIterator() -> AsyncThrowingStream<TrainingProgress, any Error>.Iterator {
    stream.makeAsyncIterator()
  }
}
