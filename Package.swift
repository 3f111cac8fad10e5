// swift-tools-version: 6.2
import PackageDescription

// The kernels need AVX2 and FMA on x86-64 to be worth running; `SPLAT_CPU` names another `-march`.
// Without `-fno-math-errno` every square root is a call into libm.
#if arch(x86_64)
  let cpu = Context.environment["SPLAT_CPU"] ?? "x86-64-v3"
  let kernelFlags = ["-Xcc", "-march=\(cpu)", "-Xcc", "-fno-math-errno"]
  // The command and the C library check that the processor has what most builds need.
  let processorSettings: [SwiftSetting] =
    ["x86-64", "x86-64-v2"].contains(cpu) ? [.define("SPLAT_OLD_PROCESSORS")] : []
#else
  let cpu = "arm64"
  let kernelFlags = ["-Xcc", "-fno-math-errno"]
  let processorSettings: [SwiftSetting] = []
#endif

// What `splat --version` says of the build; `scripts/release` gives the commit.
let commit = Context.environment["SPLAT_COMMIT"] ?? "unknown"
let buildSettings: [SwiftSetting] = [
  .unsafeFlags(["-Xcc", "-DSPLAT_PROCESSOR=\(cpu)", "-Xcc", "-DSPLAT_COMMIT=\(commit)"])
]

let common: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

// Linking that leaves libc and libm alone: the Swift runtime and libstdc++ go into the file, which
// exports `splat_...` only. The linker of the toolchain finds the archive that `Linking` names.
let linking = "\(Context.packageDirectory)/Sources/SplatCLibrary/Linking"
func selfContained(_ libraries: [String]) -> [String] {
  [
    "-static-stdlib", "-use-ld=lld", "-L\(linking)", "-Xclang-linker", "-static-libgcc",
    "-Xlinker", "--version-script=\(linking)/exports.map",
  ] + libraries.map { "-l\($0)" }
}
func cLibrary(_ name: String, libraries: [String] = []) -> [LinkerSetting] {
  let flags = selfContained(libraries) + ["-Xlinker", "-soname=lib\(name).so.0"]
  return [.unsafeFlags(flags, .when(platforms: [.linux]))]
}

// In the Python package, shared libraries that it needs lie beside libsplat_files.so. Unlike
// RUNPATH, RPATH holds for what these need too.
let besideTheLibrary: [LinkerSetting] = [
  .unsafeFlags(
    ["-Xlinker", "--disable-new-dtags", "-Xlinker", "-rpath=$ORIGIN"], .when(platforms: [.linux]))
]

// What Foundation is made of, which the compiler names only where it links everything statically.
let foundation = [
  "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections",
]

// Code that runs before the processor has been checked is compiled for any x86-64 (`common` alone).
// Kernels are optimised in debug builds too: without that, a frame takes seconds.
let kernels: [SwiftSetting] =
  common + [.unsafeFlags(kernelFlags), .unsafeFlags(["-O"], .when(configuration: .debug))]

// Only the programs need other packages.
func nio(_ name: String) -> Target.Dependency {
  .product(name: name, package: "swift-nio", condition: .when(traits: ["Programs"]))
}
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser",
  condition: .when(traits: ["Programs"]))

// With `SPLAT_SELF_CONTAINED`, as in `scripts/release`, the command is linked like the C library and
// without OpenBLAS, which takes as much room as all else.
let isSelfContained = Context.environment["SPLAT_SELF_CONTAINED"] != nil
let selfContainment: [SwiftSetting] = isSelfContained ? [.define("SPLAT_SELF_CONTAINED")] : []
let matrices: [Target.Dependency] =
  isSelfContained ? [] : [.target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"]))]
let standIns: [Target.Dependency] = isSelfContained ? ["SplatStandIns"] : []
let commandLinking: [LinkerSetting] =
  isSelfContained ? [.unsafeFlags(selfContained(foundation))] : []

// libheif is loaded at run time; pkg-config would link it too, and is asked only where the headers
// lie in a folder of their own.
#if os(Linux)
  let heifHeaders: String? = nil
#else
  let heifHeaders: String? = "libheif"
#endif

let package = Package(
  name: "splat",
  platforms: [.macOS(.v15), .iOS(.v18), .visionOS(.v2)],
  products: [
    .library(name: "SplatRendering", targets: ["SplatRendering"]),
    .library(name: "SplatTraining", targets: ["SplatTraining"]),
    .library(name: "SplatEditing", targets: ["SplatEditing"]),
    .library(name: "SplatFiles", targets: ["SplatFiles"]),
    .library(name: "SplatC", type: .dynamic, targets: ["SplatCLibrary"]),
    .library(name: "SplatCFiles", type: .dynamic, targets: ["SplatCFilesLibrary"]),
    .executable(name: "splat", targets: ["SplatCommand"]),
    .executable(name: "splat-benchmark", targets: ["SplatBenchmark"]),
  ],
  traits: [
    .trait(
      name: "Programs",
      description: "The command, its page and the benchmark; without it, no package is fetched."),
    .trait(
      name: "OpenBLAS",
      description: "Matrix products of OpenBLAS; without it, SplatFiles has its own."),
    .trait(
      name: "MPI",
      description: "Training in several processes that mpirun or srun starts; needs an MPI library."
    ),
    .default(enabledTraits: ["Programs", "OpenBLAS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CWebP", pkgConfig: "libwebp",
      providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
    .systemLibrary(
      name: "CHEIF", pkgConfig: heifHeaders,
      providers: [.apt(["libheif-dev"]), .brew(["libheif"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),

    .systemLibrary(
      name: "CMPI", pkgConfig: "mpi",
      providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),

    .systemLibrary(name: "CBuild"),

    .target(name: "SplatProcessor", swiftSettings: common + processorSettings),
    .target(name: "SplatPlatform", swiftSettings: common),
    .target(name: "SplatCore", swiftSettings: kernels),
    .target(
      name: "SplatRendering", dependencies: ["SplatCore", "SplatProcessor"],
      swiftSettings: kernels),
    .target(name: "SplatMetrics", dependencies: ["SplatCore"], swiftSettings: kernels),
    .target(
      name: "SplatTraining", dependencies: ["SplatCore", "SplatRendering", "SplatMetrics"],
      swiftSettings: kernels),
    // Empty without the trait, which alone brings in the library.
    .target(
      name: "SplatMPI",
      dependencies: [
        "SplatCore", "SplatTraining", .target(name: "CMPI", condition: .when(traits: ["MPI"])),
      ], swiftSettings: common),
    .target(name: "SplatEditing", dependencies: ["SplatCore"], swiftSettings: kernels),
    .target(
      name: "SplatFiles",
      dependencies: [
        "SplatPlatform", "SplatCore", "CPNG", "CJPEG", "CWebP", "CHEIF", "CZlib", "CZstd",
      ] + matrices, swiftSettings: common + selfContainment),
    .systemLibrary(name: "CSplat", path: "Sources/SplatC/include"),
    .target(
      name: "SplatCBase", dependencies: ["CSplat", "SplatProcessor"], swiftSettings: common),
    .target(
      name: "SplatCTranslation",
      dependencies: ["CSplat", "SplatCBase", "SplatCore", "SplatRendering"],
      swiftSettings: kernels),
    .target(
      name: "SplatC",
      dependencies: ["CSplat", "SplatProcessor", "SplatCBase", "SplatCTranslation"],
      exclude: ["include"], swiftSettings: common),
    .target(name: "SplatStandIns", swiftSettings: common),
    .target(
      name: "SplatCLibrary", dependencies: ["SplatC", "SplatStandIns"], exclude: ["Linking"],
      swiftSettings: common, linkerSettings: cLibrary("splat")),
    .target(
      name: "SplatCFilesTranslation",
      dependencies: [
        "CSplat", "SplatCBase", "SplatCTranslation", "SplatCore", "SplatFiles",
        "SplatRendering",
      ], swiftSettings: kernels),
    .target(
      name: "SplatCFiles",
      dependencies: ["CSplat", "SplatProcessor", "SplatCBase", "SplatCFilesTranslation"],
      swiftSettings: common),
    .target(
      name: "SplatCFilesLibrary", dependencies: ["SplatCFiles", "SplatStandIns"],
      swiftSettings: common,
      linkerSettings: cLibrary("splat_files", libraries: foundation) + besideTheLibrary),
    .target(
      name: "SplatViewer",
      dependencies: [
        "SplatPlatform", "SplatCore", "SplatRendering", "SplatTraining", "SplatFiles",
        nio("NIOCore"),
        nio("NIOPosix"),
        nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      // In the program itself, which therefore runs wherever it is copied to.
      resources: [.embedInCode("Page")], swiftSettings: kernels),
    .executableTarget(
      name: "SplatCommand",
      dependencies: [
        "SplatPlatform", "SplatCore", "SplatRendering", "SplatMetrics", "SplatTraining",
        "SplatEditing", "SplatFiles", "SplatViewer", "SplatMPI", "CBuild",
        argumentParser,
      ] + standIns, swiftSettings: common + processorSettings + buildSettings,
      linkerSettings: commandLinking),
    .executableTarget(
      name: "SplatBenchmark",
      dependencies: [
        "SplatPlatform", "SplatCore", "SplatRendering", "SplatMetrics", "SplatTraining",
        "SplatFiles", "CJPEG",
        argumentParser,
      ], swiftSettings: kernels),

    .target(
      name: "SplatTestSupport", dependencies: ["SplatCore", "SplatRendering"],
      path: "Tests/SplatTestSupport", swiftSettings: kernels),
    .testTarget(
      name: "SplatCoreTests", dependencies: ["SplatCore", "SplatRendering", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatRenderingTests", dependencies: ["SplatRendering", "SplatTestSupport"],
      resources: [.copy("Golden")], swiftSettings: kernels),
    .testTarget(
      name: "SplatMetricsTests", dependencies: ["SplatMetrics", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatTrainingTests", dependencies: ["SplatTraining", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatEditingTests", dependencies: ["SplatEditing", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatFilesTests",
      dependencies: ["SplatFiles", "SplatEditing", "SplatRendering", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatCTests",
      dependencies: ["CSplat", "SplatC", "SplatCore", "SplatRendering", "SplatTestSupport"],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatViewerTests",
      dependencies: [
        "SplatViewer", "SplatTraining", "SplatFiles", "SplatTestSupport",
        nio("NIOCore"),
        nio("NIOPosix"),
        nio("NIOHTTP1"),
        nio("NIOWebSocket"),
      ],
      swiftSettings: kernels),
    .testTarget(
      name: "SplatCommandTests",
      dependencies: [
        "SplatCommand", "SplatBenchmark", "SplatEditing", "SplatFiles", "SplatTestSupport",
      ],
      swiftSettings: kernels),
  ]
)
