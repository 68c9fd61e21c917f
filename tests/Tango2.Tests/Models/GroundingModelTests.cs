using Tango2.Models;

namespace Tango2.Tests.Models;

public class GroundingModelTests
{
    [Fact]
    public void Probabilities_are_those_of_the_dot_product_and_come_every_second_frame()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 130, 32], generator: Draws());
        var ids = randint(0, 512, [2, 3], generator: Draws());
        var named = model.named_children().ToDictionary(p => p.name, p => p.module);
        var audio = ((GroundingAudioEncoder)named["audio_encoder"]).call(mel);
        Assert.Equal([2L, 65, 64], audio.shape);
        var words = model.state_dict()["text_encoder.embedding.weight"].index_select(0, ids.flatten()).view(2, 3, 64);
        var expected = audio.matmul(words.mean([1]).unsqueeze(2)).squeeze(2).sigmoid();
        Golden.Close(expected, model.call(mel, ids, ones_like(ids)), 1e-6, 0, "probabilities");
    }

    [Fact]
    public void Probabilities_stay_off_zero()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        model.state_dict()["text_encoder.embedding.weight"].mul_(1e6);
        var mel = randn([4, 1, 128, 32], generator: Draws());
        var ids = randint(0, 512, [4, 2], generator: Draws());
        var probabilities = model.call(mel, ids, ones_like(ids));
        Assert.Equal(1e-7f, probabilities.min().item<float>());
        Assert.Equal(1f, probabilities.max().item<float>());
    }

    [Fact]
    public void Words_that_the_mask_hides_do_not_count()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        var mel = randn([1, 1, 128, 32], generator: Draws());
        var (plain, padded) = (tensor(new long[,] { { 5, 9 } }), tensor(new long[,] { { 5, 9, 0, 0 } }));
        Golden.Close(
            model.call(mel, plain, ones_like(plain)), model.call(mel, padded, tensor(new long[,] { { 1, 1, 0, 0 } })),
            1e-6, 0, "probabilities");
    }

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 128, 32], generator: Draws());
        var ids = randint(0, 512, [2, 3], generator: Draws());
        Tensor One(long i) => model.call(mel.narrow(0, i, 1), ids.narrow(0, i, 1), ones([1, 3], int64));
        Golden.Close(model.call(mel, ids, ones_like(ids)), cat([One(0), One(1)]), 1e-6, 0, "probabilities");
    }

    [Fact]
    public void Several_labels_of_a_clip_are_as_if_asked_one_by_one()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 128, 32], generator: Draws());
        var ids = randint(0, 512, [6, 3], generator: Draws());
        var asked = model.Ask(mel, ids, ones_like(ids));
        Assert.Equal([2L, 3, 64], asked.shape);
        for (var label = 0; label < 3; label++)
        {
            var one = ids[TensorIndex.Slice(label, null, 3)];
            Golden.Close(model.call(mel, one, ones_like(one)), asked.select(1, label), 1e-6, 0, "probabilities");
        }
        var uneven = Assert.Throws<ArgumentException>(() => model.Ask(mel, ids.narrow(0, 0, 5), ones_like(ids).narrow(0, 0, 5)));
        Assert.Contains("as many labels for each of 2 clips, but has 5", uneven.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_clips_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var width = Assert.Throws<ArgumentException>(() => new GroundingModel(MiniScale.Grounding with { EmbedDim = 32 }));
        Assert.Contains("EmbedDim must be 64, twice Audio.GruWidth, but is 32", width.Message, StringComparison.Ordinal);
        var pools = Assert.Throws<ArgumentException>(
            () => new GroundingAudioEncoder(MiniScale.GroundingAudio with { TimePools = [2] }));
        Assert.Contains("have 4 and 1 entries", pools.Message, StringComparison.Ordinal);
        var clip = Assert.Throws<ArgumentException>(
            () => Mini().call(zeros(1, 1, 1, 32), ones([1, 1], int64), ones([1, 1], int64)));
        Assert.Contains("at least 2 frames, but has 1", clip.Message, StringComparison.Ordinal);
    }

    private static Generator Draws() => new(5UL);

    private static GroundingModel Mini()
    {
        manual_seed(1);
        var model = new GroundingModel(MiniScale.Grounding);
        model.eval();
        return model;
    }
}
