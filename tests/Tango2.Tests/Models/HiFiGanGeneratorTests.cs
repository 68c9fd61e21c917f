using Tango2.Models;

namespace Tango2.Tests.Models;

public class HiFiGanGeneratorTests
{
    private static HiFiGanGenerator Mini()
    {
        manual_seed(7);
        var model = new HiFiGanGenerator(MiniScale.Vocoder);
        model.eval();
        return model;
    }

    [Fact]
    public void Mini_gives_320_samples_for_each_frame()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Mini();
        Assert.Equal([2, 1, 3200], model.call(randn(2, 32, 10)).shape);
        Assert.Equal([2, 3200], model.Vocode(randn(2, 1, 10, 32)).shape);
    }

    [Fact]
    public void The_published_geometry_gives_163872_samples_for_1024_frames()
    {
        var config = HiFiGanConfig.Tango2;
        var length = config.UpsampleRates.Zip(config.UpsampleKernelSizes).Aggregate(1024, (n, stage) =>
            (n - 1) * stage.First + stage.Second - 2 * ((stage.Second - stage.First) / 2));
        Assert.Equal(163_872, length);
    }

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Mini();
        var mel = randn(2, 32, 6);
        Golden.Close(cat([.. mel.split(1).Select(model.call)]), model.call(mel), 1e-6, 1e-5, "batch");
    }

    [Fact]
    public void Every_parameter_gets_a_gradient_through_weight_norm()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        model.call(randn(1, 32, 4)).square().mean().backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
        Assert.Contains(model.named_parameters(), p => p.name == "ups.0.weight_g");
    }

    [Fact]
    public void Vocoding_and_removing_weight_norm_leave_no_tensors_behind()
    {
        using var model = Mini();
        using var mel = randn(1, 32, 4);
        using var _ = no_grad();
        model.call(mel).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.call(mel).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var parameters = model.parameters().Count();
        model.RemoveWeightNorm();
        model.call(mel).Dispose();
        var removed = parameters - model.parameters().Count();
        Assert.Equal(before - removed, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Building_leaves_only_the_parameters()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var model = Mini();
        Assert.Equal(before + model.parameters().Count(), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Weights_survive_the_scope_they_were_made_in()
    {
        HiFiGanGenerator model;
        using (NewDisposeScope()) model = Mini();
        Assert.All(model.parameters(), p => Assert.False(p.IsInvalid));
        using (NewDisposeScope()) model.RemoveWeightNorm();
        Assert.All(model.parameters(), p => Assert.False(p.IsInvalid));
    }

    [Fact]
    public void Settings_that_do_not_fit_are_refused_by_name()
    {
        var config = MiniScale.Vocoder;
        string Refused(HiFiGanConfig wrong) =>
            Assert.Throws<ArgumentException>(() => new HiFiGanGenerator(wrong)).Message;
        Assert.Equal("resblock must be \"1\", but is 2.", Refused(config with { Resblock = "2" }));
        Assert.Equal("the product of upsample_rates must be hop_size, 160, but is 320.",
            Refused(config with { HopSize = 160 }));
        Assert.Equal("the length of upsample_kernel_sizes must be that of upsample_rates, 2, but is 1.",
            Refused(config with { UpsampleKernelSizes = [11] }));
        Assert.Equal("the length of resblock_dilation_sizes must be that of resblock_kernel_sizes, 2, but is 1.",
            Refused(config with { ResblockKernelSizes = [3, 7] }));
        var unknown = Assert.Throws<InvalidDataException>(() => HiFiGanConfig.FromJson("""{"colour": 1}"""));
        Assert.StartsWith("Expected the configuration of a HiFi-GAN: ", unknown.Message);
        Assert.Contains("colour", unknown.Message);
    }

    [Fact]
    public void Keys_of_training_are_known_and_not_read()
    {
        var config = HiFiGanConfig.FromJson(
            """
            {"resblock": "1", "num_gpus": 6, "batch_size": 16, "learning_rate": 0.0002, "adam_b1": 0.8, "adam_b2": 0.99,
             "lr_decay": 0.999, "seed": 1234, "upsample_rates": [5, 4, 2, 2, 2], "upsample_kernel_sizes": [16, 16, 8, 4, 4],
             "upsample_initial_channel": 1024, "resblock_kernel_sizes": [3, 7, 11],
             "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]], "segment_size": 8192, "num_mels": 64,
             "num_freq": 1025, "n_fft": 1024, "hop_size": 160, "win_size": 1024, "sampling_rate": 16000, "fmin": 0,
             "fmax": 8000, "fmax_for_loss": null, "num_workers": 4,
             "dist_config": {"dist_backend": "nccl", "dist_url": "tcp://localhost:54321", "world_size": 1}}
            """);
        Assert.Equivalent(HiFiGanConfig.Tango2, config, strict: true);
    }
}
