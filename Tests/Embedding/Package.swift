// swift-tools-version: 6.2
import PackageDescription

// Applications that embed the renderer, the trainer and the files: they depend on this package by
// path, without the trait that would fetch other packages.
let package = Package(
  name: "Embedding",
  platforms: [.macOS(.v15)],
  dependencies: [
    // The name holds whatever the folder of the checkout is called.
    .package(name: "splat", path: "../..", traits: [])
  ],
  targets: [
    .executableTarget(
      name: "Embedding", dependencies: [.product(name: "SplatRendering", package: "splat")]),
    .executableTarget(
      name: "Applications",
      dependencies: [
        .product(name: "SplatFiles", package: "splat"),
        .product(name: "SplatTraining", package: "splat"),
      ]),
  ]
)
