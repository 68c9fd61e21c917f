namespace Tango2.Tests.Architecture;

/// <summary>What <see cref="DeviceArgument"/> must find, and what it must let pass. Nothing calls it.</summary>
internal static class DevicesLeftOut
{
    public static Tensor Of(int steps) => arange(steps, dtype: float32) + zeros(steps, requires_grad: steps > 1);

    public static Tensor Named(Tensor like, Generator generator) =>
        randn(like.shape, device: like.device, generator: generator) + ones(like.shape, like.dtype, CPU);
}
