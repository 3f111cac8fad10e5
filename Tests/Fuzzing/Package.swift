// swift-tools-version: 6.2
import PackageDescription

// Built by scripts/fuzz, which passes the sanitizer to the parts that are fuzzed as well.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "splat", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzzing", dependencies: [.product(name: "SplatFiles", package: "splat")],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ])
