using Tango2.Models;

namespace Tango2.Tests.Models;

public class Cnn14ModelTests
{
    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        model.eval();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 128, 32], generator: new(5UL));
        var apart = cat([model.call(mel.narrow(0, 0, 1)).Logits, model.call(mel.narrow(0, 1, 1)).Logits]);
        Golden.Close(model.call(mel).Logits, apart, 1e-6, 0, "logits");
    }

    [Fact]
    public void Four_clips_of_four_classes_are_learned_and_no_tensors_stay()
    {
        using var model = Mini();
        model.train();
        using var optimizer = optim.AdamW(model.parameters(), 3e-3);
        float Step()
        {
            using var scope = NewDisposeScope();
            var mel = randn([4, 1, 32, 32], generator: new(5UL));
            var loss = nn.functional.cross_entropy(model.call(mel).Logits, arange(4));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }
        var first = Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++) Step();
        Assert.InRange(Step(), 0, first / 3);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Clips_and_sizes_that_pooling_would_empty_are_refused()
    {
        using var scope = NewDisposeScope();
        var clip = Assert.Throws<ArgumentException>(() => Mini().call(zeros(1, 1, 7, 32)));
        Assert.Contains("at least 8 frames, but has 7", clip.Message, StringComparison.Ordinal);
        var sizes = Assert.Throws<ArgumentException>(() => new Cnn14Model(MiniScale.Tagger with { Mels = 4 }));
        Assert.Contains("Mels must be at least 8 for 4 blocks, but is 4", sizes.Message, StringComparison.Ordinal);
    }

    private static Cnn14Model Mini()
    {
        manual_seed(1);
        return new(MiniScale.Tagger with { Classes = 4 });
    }
}
