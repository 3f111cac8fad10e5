print("splat")
