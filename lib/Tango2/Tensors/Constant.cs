namespace Tango2.Tensors;

/// <summary>A network's tensor that is neither trained nor saved; it follows the network from device to device.</summary>
/// <remarks>TorchSharp 0.107.0 leaves a buffer that is not saved where it was when its module moves.</remarks>
/// <param name="value">On the CPU.</param>
internal sealed class Constant(Tensor value)
{
    private readonly Lock _moving = new();
    private Tensor _value = value.DetachFromDisposeScope();

    /// <summary>The tensor on a device; it stays there until another is asked for.</summary>
    public Tensor On(Device device)
    {
        lock (_moving)
        {
            if (_value.device_type == device.type && _value.device_index == device.index) return _value;
            var moved = _value.to(device).DetachFromDisposeScope();
            _value.Dispose();
            return _value = moved;
        }
    }
}
