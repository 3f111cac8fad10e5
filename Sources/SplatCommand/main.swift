// Nothing that may hold newer instructions runs before the check.
ProcessorCheck.exitIfUnsupported()
SplatTool.start()
