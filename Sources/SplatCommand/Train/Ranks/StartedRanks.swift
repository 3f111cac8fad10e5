#if MPI
  import SplatMPI

  extension MPIRanks: RanksToEnd {}

  /// Joins the processes that a launcher has started, of which `task` is this one.
  func startRanks(_ task: LaunchedTask) throws -> any RanksToEnd {
    let ranks = MPIRanks()
    guard ranks.count == task.count else {
      ranks.finish()
      throw CommandFailure(
        """
        \(task.variable) says that \(task.count) processes were started together, and MPI knows of \
        \(ranks.count): the launcher is not that of this program's library, \(ranks.library); \
        start it with that one's mpirun, or with srun --mpi=pmix or pmi2
        """, exitCode: 64)
    }
    ProgramEnd.inform(ranks)
    guard ranks.meet(within: 30) else {
      throw CommandFailure(
        """
        rank \(ranks.rank) of \(ranks.count): the others do not answer. If machines have networks \
        that do not join them, such as docker0, the library must be told which one does: with Open \
        MPI, mpirun --mca btl_tcp_if_include 10.0.0.0/8 (the network's numbers); with MPICH, \
        mpirun -iface eth0
        """, exitCode: CommandFailure.internalError)
    }
    return ranks
  }
#else
  /// Refuses to train, because each process would do the same by itself.
  func startRanks(_ task: LaunchedTask) throws -> any RanksToEnd {
    throw CommandFailure(
      """
      \(task.variable) says that \(task.count) processes were started together, and this program \
      was built without MPI: swift build -c release --traits Programs,MPI gives one with it; \
      --alone trains in each process by itself
      """, exitCode: 64)
  }
#endif
