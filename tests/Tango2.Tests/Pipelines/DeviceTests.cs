using Tango2.Audio;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Training;

namespace Tango2.Tests.Pipelines;

/// <summary>
/// Pipelines and training steps on a device that is not the CPU: torch's meta device, which knows shapes and no values. As on a
/// GPU, an operation on tensors of two devices fails, so whatever is made on the CPU and not moved is found here.
/// </summary>
public sealed class DeviceTests
{
    private static readonly Device Meta = new(DeviceType.META);
    private static readonly string[] Prompts = ["a dog barks", "rain falls, then a bell rings"];
    private static readonly long[] Seeds = [1, 2];

    [Theory]
    [InlineData(Sampler.Ddpm)]
    [InlineData(Sampler.Ddim)]
    [InlineData(Sampler.DpmSolver)]
    public void Text_to_audio_computes_where_its_networks_are(Sampler sampler)
    {
        using var scope = NewDisposeScope();
        var tango = MiniModels.Default.TextToAudio().To(Meta);
        Assert.Equal(DeviceType.META, tango.Device.type);
        var sound = tango.Generate(Prompts, Seeds, MiniScale.Generation with { Steps = 3, Sampler = sampler });
        Assert.Equal((DeviceType.META, tango.ClipSamples), (sound.device_type, (int)sound.shape[1]));
        Assert.Equal(DeviceType.META, tango.EncodeAudio(sound, new Generator(1UL)).device_type);
        Assert.Equal(DeviceType.META, tango.DecodeMel(tango.Latents(Prompts, Seeds, MiniScale.Generation with { Steps = 2 })).device_type);
    }

    [Fact]
    public void Listeners_compute_where_their_networks_are()
    {
        using var scope = NewDisposeScope();
        var clips = zeros([2, MiniScale.Mel.ClipSamples], device: CPU);
        foreach (var name in MiniScale.ClapNames)
        {
            var clap = MiniModels.Default.Clap(name);
            clap.Model.to(Meta);
            Assert.Equal(DeviceType.META, clap.Audio(clips).device_type);
            Assert.Equal(DeviceType.META, clap.Text(Prompts).device_type);
        }
        var network = new Cnn14Model(MiniScale.Tagger);
        network.eval();
        network.to(Meta);
        var (embeddings, logits) = new Tagger(network, new(MiniScale.ListenerMel)).Features(clips);
        Assert.Equal((DeviceType.META, DeviceType.META), (embeddings.device_type, logits.device_type));
        var grounding = new GroundingModel(MiniScale.Grounding);
        grounding.eval();
        grounding.to(Meta);
        var ids = ones([2, 3, 4], int64, Meta);
        Assert.Equal(DeviceType.META, grounding.Ask(new Cnn14Mel(MiniScale.ListenerMel).Transform(clips.to(Meta)), ids.flatten(0, 1), ids.flatten(0, 1)).device_type);
    }

    [Fact]
    public void Steps_of_SFT_and_DPO_compute_where_the_policy_is()
    {
        using var scope = NewDisposeScope();
        var (tango, reference) = (MiniModels.Default.TextToAudio().To(Meta), MiniModels.Default.TextToAudio().To(Meta));
        foreach (var parameter in tango.UNet.parameters()) parameter.requires_grad = true;
        var batch = new PairBatch(
            zeros([2, .. tango.LatentShape], device: Meta), zeros([2, .. tango.LatentShape], device: Meta), tango.Encode(Prompts));
        var draw = NoiseDraw.For(batch.Winners, tango.Schedule, new Generator(1UL));
        DenoisingLoss.Of(tango.Denoise, tango.Schedule, batch.Winners, batch.Text, draw).backward();
        using (no_grad()) foreach (var parameter in tango.UNet.parameters()) parameter.grad = null;
        var policy = PairErrors.Of(tango.Denoise, tango.Schedule, batch, draw);
        PairErrors before;
        using (no_grad()) before = PairErrors.Of(reference.Denoise, tango.Schedule, batch, draw);
        DiffusionDpo.Terms(policy, before, beta: 2000).Loss.backward();
        Assert.All(tango.UNet.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.grad?.device_type));
    }
}
