using Tango2.Checkpoints;
using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

/// <summary>The stored schedules and walks. The stored network is a·x + b·t/1000 + c.</summary>
internal sealed class SchedulesFixture
{
    private readonly Dictionary<string, Tensor> _tensors = SafeTensors.Read(Golden.Path("schedulers.safetensors"));

    public Tensor this[string name] => _tensors[name];

    public Tensor Denoise(Tensor x, Tensor timesteps) =>
        this["input.model.a"] * x + this["input.model.b"] * timesteps.reshape(-1, 1, 1, 1) / 1000 + this["input.model.c"];

    public Tensor Predict(Tensor x, int timestep) => Denoise(x, tensor(timestep));

    public static void Close(Tensor expected, Tensor actual, string name, double tolerance = 1e-5) =>
        Golden.Close(expected, actual, tolerance, tolerance, name);

    public static NoiseSchedule Schedule(PredictionType prediction = PredictionType.Velocity) => new(prediction: prediction);
}
