@_exported import SplatCore
