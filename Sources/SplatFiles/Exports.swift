@_exported public import SplatCore
