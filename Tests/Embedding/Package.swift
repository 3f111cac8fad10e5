// swift-tools-version: 6.2
import PackageDescription

// An application that embeds the renderer: it depends on this package by path and links no C
// library.
let package = Package(
  name: "Embedding",
  platforms: [.macOS(.v15)],
  dependencies: [
    // The name holds whatever the folder of the checkout is called.
    .package(name: "splat", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "Embedding", dependencies: [.product(name: "SplatRendering", package: "splat")])
  ]
)
