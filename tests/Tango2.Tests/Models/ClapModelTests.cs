using Tango2.Models;

namespace Tango2.Tests.Models;

public class ClapModelTests
{
    private static readonly ClapConfig Small = MiniScale.Clap("a") with
    {
        Roberta = MiniScale.Clap("a").Roberta with { VocabSize = 50 },
    };

    [Fact]
    public void Padding_that_the_mask_hides_does_not_change_the_text_embedding()
    {
        using var scope = NewDisposeScope();
        var model = Mini().to(float64);
        using var quiet = inference_mode();
        var ids = randint(3, 50, [2, 7], generator: Draws());
        var padded = cat([ids, full([2, 5], 1L)], 1);
        var plain = model.TextEmbedding(ids, ones_like(ids));
        var mask = cat([ones_like(ids), zeros([2, 5], int64)], 1);
        Golden.Close(plain, model.TextEmbedding(padded, mask), 1e-12, 0, "padded");
        Assert.True((plain - model.TextEmbedding(padded, ones_like(padded))).abs().max().item<double>() > 1e-9);
    }

    [Fact]
    public void Four_pairs_are_told_apart_after_a_few_steps()
    {
        using var model = Mini();
        model.train();
        using var optimizer = optim.AdamW(model.parameters(), 1e-3);
        float Step()
        {
            using var scope = NewDisposeScope();
            var mel = randn([4, 1, 128, 32], generator: Draws()) * 10 - 40;
            var ids = randint(3, 50, [4, 6], generator: Draws());
            var logits = model.LogitScaleA
                * model.AudioEmbedding(mel).matmul(model.TextEmbedding(ids, ones_like(ids)).T);
            var loss = (nn.functional.cross_entropy(logits, arange(4)) + nn.functional.cross_entropy(logits.T, arange(4))) / 2;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            model.ClampLogitScales();
            return loss.item<float>();
        }
        Assert.InRange(Step(), 1, 2);
        for (var i = 0; i < 30; i++) Step();
        Assert.InRange(Step(), 0, 0.3f);
    }

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 128, 32], generator: Draws()) * 10 - 40;
        var apart = cat([model.AudioEmbedding(mel.narrow(0, 0, 1)), model.AudioEmbedding(mel.narrow(0, 1, 1))]);
        Golden.Close(model.AudioEmbedding(mel), apart, 1e-6, 0, "audio");
        var ids = randint(3, 50, [2, 9], generator: Draws());
        var ones = ones_like(ids).narrow(0, 0, 1);
        var texts = cat([model.TextEmbedding(ids.narrow(0, 0, 1), ones), model.TextEmbedding(ids.narrow(0, 1, 1), ones)]);
        Golden.Close(model.TextEmbedding(ids, ones_like(ids)), texts, 1e-6, 0, "text");
    }

    [Fact]
    public void The_small_audio_embedding_hears_what_came_first()
    {
        using var scope = NewDisposeScope();
        var model = Mini().to(float64);
        using var quiet = inference_mode();
        var mel = randn([1, 1, 128, 32], float64, generator: Draws()) * 10;
        var swapped = cat([mel.narrow(2, 64, 64), mel.narrow(2, 0, 64)], 2);
        // New weights are small, so double precision tells the order from rounding.
        var difference = (model.AudioEmbedding(mel) - model.AudioEmbedding(swapped)).abs().max().item<double>();
        Assert.InRange(difference, 1e-9, 2);
    }

    [Fact]
    public void New_weights_are_drawn_with_the_deviations_of_the_reference()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in Mini().named_parameters())
        {
            bool Has(string part) => name.Contains(part, StringComparison.Ordinal);
            if (parameter.dim() < 2 || (parameter.shape[0] == 1 && !Has("absolute_pos_embed"))) continue;
            var deviation = parameter.std().item<float>();
            var branch = Has("branch.") && !Has("conv") && !Has("patch_embed");
            Assert.True(branch ? deviation is > 0.015f and < 0.025f : deviation > 0.005f, $"{name}: {deviation}");
            if (branch) Assert.True(parameter.mean().abs().item<float>() < 0.01f, $"{name} is not centred on 0");
        }
    }

    [Fact]
    public void The_gradient_of_the_position_bias_equals_finite_differences()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var layer = new WindowAttention(8, 2, 2).to(float64);
        var (x, mask) = (randn([2, 4, 4, 8], float64), -100 * (rand([4, 4, 4], float64) > 0.7).to(float64));
        mask = mask * (1 - eye(4, dtype: float64));
        var weights = randn([2, 4, 4, 8], float64);
        Tensor Loss() => (layer.call(x, mask) * weights).sum();
        Loss().backward();
        foreach (var (name, parameter) in layer.named_parameters())
        {
            var (gradient, flat) = (parameter.grad!.flatten(), parameter.detach().view(-1));
            for (var i = 0; i < flat.shape[0]; i += 5)
            {
                using var quiet = no_grad();
                flat[i].add_(1e-5);
                var above = Loss().item<double>();
                flat[i].sub_(2e-5);
                var slope = (above - Loss().item<double>()) / 2e-5;
                flat[i].add_(1e-5);
                Assert.True(Math.Abs(slope - gradient[i].item<double>()) < 1e-6, $"{name}[{i}]");
            }
        }
    }

    [Fact]
    public void A_step_of_the_contrastive_loss_teaches_every_part_of_both_branches_and_leaves_no_tensors()
    {
        using var model = Mini();
        model.train();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            var mel = randn([3, 1, 128, 32], generator: Draws());
            var ids = randint(3, 50, [3, 6], generator: Draws());
            var logits = model.LogitScaleA
                * model.AudioEmbedding(mel).matmul(model.TextEmbedding(ids, ones_like(ids)).T);
            nn.functional.cross_entropy(logits, arange(3)).backward();
            string[] unused =
                ["audio_branch.tscam_conv", "audio_branch.head", "text_transform", "audio_transform", "logit_scale_t"];
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (unused.Any(u => name.StartsWith(u, StringComparison.Ordinal))) continue;
                Assert.True(parameter.grad is not null, $"{name} has no gradient");
            }
            model.zero_grad(set_to_none: true);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Wrong_inputs_are_told_what_was_expected()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        var bins = Assert.Throws<ArgumentException>(() => model.AudioEmbedding(zeros(1, 1, 128, 64)));
        Assert.Contains("dimension 3 must be 32", bins.Message, StringComparison.Ordinal);
        var frames = Assert.Throws<ArgumentException>(() => model.AudioEmbedding(zeros(1, 1, 129, 32)));
        Assert.Contains("at most 128 frames, but has 129", frames.Message, StringComparison.Ordinal);
        var tokens = Assert.Throws<ArgumentException>(
            () => model.TextEmbedding(zeros([1, 113], int64), ones([1, 113], int64)));
        Assert.Contains("at most 112 tokens, but has 113", tokens.Message, StringComparison.Ordinal);
        var fusion = Assert.Throws<ArgumentException>(() => new ClapModel(Small with { EnableFusion = true }));
        Assert.Contains("FusionType must be aff_2d with fusion, but is None", fusion.Message, StringComparison.Ordinal);
        var parts = Assert.Throws<InvalidOperationException>(() => model.AudioEmbedding(zeros(1, 4, 128, 32), ones(1)));
        Assert.Contains("built without fusion", parts.Message, StringComparison.Ordinal);
    }

    private static Generator Draws() => new(5UL);

    private static ClapModel Mini()
    {
        manual_seed(1);
        var model = new ClapModel(Small);
        model.eval();
        return model;
    }
}
