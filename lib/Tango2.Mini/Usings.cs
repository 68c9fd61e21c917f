global using TorchSharp;
global using static TorchSharp.torch;
global using Device = TorchSharp.torch.Device;
global using Generator = TorchSharp.torch.Generator;
global using Tensor = TorchSharp.torch.Tensor;
