/// How Gaussians are added and removed during training.
public enum DensificationStrategy: String, SettingValue, CaseIterable {
  /// Clone, split and prune by gradients and opacities (Kerbl et al. 2023), splitting by absolute
  /// gradients (Ye et al., "AbsGS", 2024).
  case adc
  /// Move nearly transparent Gaussians to opaque ones and let noise explore (Kheradmand et al., "3D
  /// Gaussian Splatting as Markov Chain Monte Carlo", 2024).
  case mcmc
}
