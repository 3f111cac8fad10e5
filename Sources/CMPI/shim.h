// MPI for Swift, as functions that show no type of its header: these are not the same in the
// libraries that have this interface, and its constants are macros that Swift does not see.

#include <mpi.h>
#include <stdint.h>
#include <time.h>

// A buffer of no bytes: some libraries refuse two empty buffers at one address.
static inline void *splat_mpi_address(void *buffer, int64_t count, char *none) {
  return count > 0 ? buffer : none;
}

// What a call returns if the others did not answer in time.
enum { splat_mpi_no_answer = -1 };

// Waits for `request`, and sleeps meanwhile: the library's own waiting keeps a core busy, which
// other ranks may need. The first naps are short, since most waits are. After `limit` seconds, if
// that is not 0, it gives up, and MPI is of no more use.
static inline int splat_mpi_wait(MPI_Request *request, double limit) {
  const long shortest = 5000, longest = 200000;  // nanoseconds
  const double begin = MPI_Wtime();
  long nap = shortest;
  for (int polls = 0;; polls++) {
    int is_done = 0;
    int result = MPI_Test(request, &is_done, MPI_STATUS_IGNORE);
    if (result != MPI_SUCCESS || is_done) return result;
    if (polls < 20) continue;
    if (limit > 0 && MPI_Wtime() - begin > limit) return splat_mpi_no_answer;
    struct timespec time = {0, nap};
    nanosleep(&time, NULL);
    if (nap < longest) nap += nap / 4;
  }
}

// Starts MPI, whose functions only the calling thread calls. Returns 0 or an error.
static inline int splat_mpi_start(void) {
  int provided;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

// Which rank this process is, from 0.
static inline int splat_mpi_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

// The number of ranks.
static inline int splat_mpi_count(void) {
  int count;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

// The first line of the library's description.
static inline void splat_mpi_library(char *text, int size) {
  char whole[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(whole, &length);
  int index = 0;
  for (; index < length && index < size - 1 && whole[index] != '\n'; index++)
    text[index] = whole[index];
  text[index] = 0;
}

// Ends MPI, once all ranks have called it.
static inline void splat_mpi_finish(void) { MPI_Finalize(); }

// Ends the processes of all ranks.
static inline void splat_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

// Gives all ranks the bytes of each: `counts` and `starts` are one for each rank.
static inline int splat_mpi_gather(
    const void *sent, void *received, const int *counts, const int *starts) {
  char none[2];
  int count = counts[splat_mpi_rank()], total = 0;
  for (int rank = 0; rank < splat_mpi_count(); rank++) total += counts[rank];
  MPI_Request request;
  int result = MPI_Iallgatherv(
      splat_mpi_address((void *)sent, count, &none[0]), count, MPI_BYTE,
      splat_mpi_address(received, total, &none[1]), counts, starts, MPI_BYTE, MPI_COMM_WORLD,
      &request);
  return result != MPI_SUCCESS ? result : splat_mpi_wait(&request, 0);
}

// Gives each rank some elements of `size` bytes of each other. Counts and starts are of elements,
// one for each rank. After `limit` seconds, if that is not 0, it gives up.
static inline int splat_mpi_exchange(
    const void *sent, const int *sent_counts, const int *sent_starts, void *received,
    const int *received_counts, const int *received_starts, int size,
    double limit) {
  char none[2];
  int64_t sent_total = 0, received_total = 0;
  for (int rank = 0; rank < splat_mpi_count(); rank++) {
    sent_total += sent_counts[rank];
    received_total += received_counts[rank];
  }
  // Counts are 32-bit integers: of elements, not of bytes.
  MPI_Datatype element;
  int result = MPI_Type_contiguous(size, MPI_BYTE, &element);
  if (result != MPI_SUCCESS) return result;
  MPI_Type_commit(&element);
  MPI_Request request;
  result = MPI_Ialltoallv(
      splat_mpi_address((void *)sent, sent_total, &none[0]), sent_counts, sent_starts, element,
      splat_mpi_address(received, received_total, &none[1]), received_counts, received_starts,
      element, MPI_COMM_WORLD, &request);
  if (result == MPI_SUCCESS) result = splat_mpi_wait(&request, limit);
  MPI_Type_free(&element);
  return result;
}
