@_exported public import SplatCore
@_exported public import SplatProcessor
