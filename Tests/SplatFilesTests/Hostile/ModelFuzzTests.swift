import Foundation
import SplatCore
import SplatFiles
import Testing

/// Damaged models: read, or refused with an error. Each test runs in a process of its own.
@Suite struct ModelFuzzTests {
  @Test func everyFormatCutAtEveryByteIsReadOrRefused() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ModelAttack.cutAtEveryByte()
      })
  }

  @Test func everyFormatWithChangedBytesIsReadOrRefused() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ModelAttack.changeBytes()
      })
  }

  @Test func countsAtExtremesAreReadOrRefused() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ModelAttack.setCountsToExtremes()
      })
  }

  @Test func foldersWithADamagedFileAreReadOrRefused() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ModelAttack.damageFolders()
      })
  }

  @Test func filesThatAreNoModelsAreRefused() {
    for text in ["", "p", "hello", "PK", "glTF", "NGSP", "\u{1f}", "{}", "{\"means\": 1}", "ply\n"]
    {
      for path in ["model", "model.splat", "model.ksplat"] {
        let error = fileError { () throws(FileError) in
          _ = try ModelFile.read(Array(text.utf8), path: path)
        }
        #expect(error?.kind == .badInput, "\(text)")
      }
    }
    #expect(
      fileError { () throws(FileError) in _ = try ModelFile.read([7, 7], path: "a.xyz") }?.problem
        .hasPrefix("is no model: neither its first bytes nor its ending") == true)
  }
}
