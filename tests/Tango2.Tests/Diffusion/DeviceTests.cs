using System.Reflection;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Tests.Diffusion;

/// <summary>
/// Walks and training steps on a device that is not the CPU: torch's meta device, which knows shapes and no values. As on a GPU,
/// an operation on tensors of two devices fails, so what is made on the CPU and not moved is found here.
/// </summary>
/// <remarks>
/// It has no convolutions, table look-ups and FFT, so a number stands in for the networks; of those the check of the sources tells
/// (<see cref="Architecture.DeviceArgument"/>).
/// </remarks>
public sealed class DeviceTests
{
    private static readonly Device Meta = new(DeviceType.META);

    [Theory]
    [InlineData(Sampler.Ddpm)]
    [InlineData(Sampler.Ddim)]
    [InlineData(Sampler.DpmSolver)]
    [InlineData(Sampler.SdeDpmSolver)]
    public void Walks_compute_where_the_noise_is(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var (text, noise) = (Text(), zeros([2, 8, 16, 4], device: Meta));
        using var denoiser = new GuidedDenoiser((x, _, _) => x * 0.5, text, text, 3);
        var latents = sampler switch
        {
            Sampler.Ddpm => DdpmSampler.Sample(schedule, denoiser.Predict, noise, 3, RowNoise.Generators([1, 2])),
            Sampler.Ddim => DdimSampler.Sample(schedule, denoiser.Predict, noise, 3),
            Sampler.DpmSolver => DpmSolverSampler.Sample(schedule, denoiser.Predict, noise, 3),
            _ => DpmSolverSampler.Sample(schedule, denoiser.Predict, noise, 3, RowNoise.Generators([1, 2])),
        };
        Assert.Equal(DeviceType.META, latents.device_type);
    }

    [Fact]
    public void Steps_of_SFT_and_DPO_compute_where_the_policy_is()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var (policy, latents) = (ones([1], device: Meta, requires_grad: true), zeros([2, 8, 16, 4], device: Meta));
        Tensor Denoise(Tensor noisyLatents, Tensor timesteps, TextStates text) => noisyLatents * policy;
        var batch = new PairBatch(latents, latents, Text());
        var draw = NoiseDraw.For(latents, schedule, new Generator(1UL));
        DenoisingLoss.Of(Denoise, schedule, latents, batch.Text, draw, snrGamma: 5).backward();
        var before = PairErrors.Of((x, _, _) => x, schedule, batch, draw);
        DiffusionDpo.Logits(PairErrors.Of(Denoise, schedule, batch, draw), before, beta: 2000).mean().backward();
        Assert.Equal(DeviceType.META, policy.grad?.device_type);
    }

    [Fact] // on a GPU CLAP's table of relative positions stayed behind
    public void A_network_moves_with_all_that_it_holds()
    {
        Check(network => network.Moved(Meta, float32));
        Check(network => network.to(Meta));
    }

    [Fact]
    public void A_constant_is_moved_once()
    {
        using var scope = NewDisposeScope();
        var constant = new Constant(ones(2));
        Assert.Equal(2, constant.On(CPU).sum().item<float>());
        var moved = constant.On(Meta);
        Assert.Equal(DeviceType.META, moved.device_type);
        Assert.Same(moved, constant.On(Meta));
    }

    private static void Check(Action<nn.Module> move)
    {
        using var scope = NewDisposeScope();
        nn.Module[] networks =
        [
            new UNet2DConditionModel(MiniScale.UNet), new AutoencoderKL(MiniScale.Vae), new HiFiGanGenerator(MiniScale.Vocoder),
            new T5EncoderModel(MiniScale.TextEncoder), new Cnn14Model(MiniScale.Tagger), new GroundingModel(MiniScale.Grounding),
            new ClapModel(MiniScale.Clap("a")), new VggishModel(VggishConfig.Published), new VggishPostprocessor(),
        ];
        foreach (var network in networks)
        {
            string[] saved = [.. network.state_dict().Keys];
            move(network);
            Assert.Equal(saved, network.state_dict().Keys);
            Assert.Equal([], network.named_buffers().Where(b => b.buffer.device_type != DeviceType.META).Select(b => b.name));
            var left = network.named_modules().Append((name: "", module: network)).SelectMany(m => Held(m.module).Select(field => $"{m.name}.{field}"));
            Assert.Equal([], left.Select(field => $"{network.GetName()}: {field}"));
        }

        static IEnumerable<string> Held(nn.Module module) => Types(module.GetType())
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(field => field.GetValue(module) is Tensor tensor && tensor.device_type != DeviceType.META).Select(field => field.Name);

        static IEnumerable<Type> Types(Type? type) => type is null || type == typeof(nn.Module) ? [] : Types(type.BaseType).Prepend(type);
    }

    private static TextStates Text() => new(zeros([2, 5, 4], device: Meta), ones([2, 5], @bool, Meta));
}
