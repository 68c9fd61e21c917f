using System.Globalization;

namespace Tango2.Pipelines;

/// <summary>Devices and number types by the names that people give them.</summary>
internal static class Devices
{
    /// <summary>The device of a name.</summary>
    /// <param name="name">cpu, cuda or cuda:N.</param>
    /// <exception cref="ArgumentException">The name is none of these, or there is no such device; the message says what to do.</exception>
    public static Device Named(string name)
    {
        if (name == "cpu") return CPU;
        var index = 0;
        if (name != "cuda" && !(name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name["cuda:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new ArgumentException($"The device must be cpu, cuda or cuda:N, but is '{name}'.");
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (count == 0)
            throw new ArgumentException(
                $"The device {name} is not there: this libtorch sees no CUDA. Build with -p:TorchBackend=cuda on a machine " +
                "with a GPU and its driver, or take cpu.");
        if (index >= count)
            throw new ArgumentException($"The device {name} is not there: there are {count}, cuda:0 to cuda:{count - 1}.");
        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>Waits until a device has done all that it was given: a GPU goes on by itself, so that its time cannot be read before.</summary>
    /// <param name="device">Any; a processor has done all.</param>
    public static void Wait(Device device)
    {
        if (device.type == DeviceType.CUDA) cuda.synchronize(device);
    }
}

/// <summary>The number type that a denoiser's weights have; all else stays float32, or what it was.</summary>
public enum Precision
{
    /// <summary>32 bits, as the paper's code.</summary>
    Float32,

    /// <summary>16 bits with float32's range: half the memory, and twice the speed where the processor has it.</summary>
    BFloat16,

    /// <summary>16 bits with a small range, for GPUs.</summary>
    Float16,
}
