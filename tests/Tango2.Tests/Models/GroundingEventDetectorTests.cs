using Tango2.Mini.Truth;

namespace Tango2.Tests.Models;

public class GroundingEventDetectorTests
{
    [Fact]
    public void Two_sounds_in_different_places_are_learned_and_no_tensors_stay()
    {
        manual_seed(1);
        using var model = new EventDetector(MiniScale.GroundingAudio, classes: 2);
        model.train();
        using var optimizer = optim.AdamW(model.parameters(), 3e-3);
        float Step()
        {
            using var scope = NewDisposeScope();
            var mel = randn([2, 1, 32, 32], generator: new(5UL));
            var target = zeros(2, 16, 2);
            for (var clip = 0; clip < 2; clip++)
            {
                // Band 0..7 sounds first in clip 0 and band 24..31 second; clip 1 is the other way round.
                mel[clip, 0].narrow(0, 0, 16).narrow(1, clip * 24, 8).add_(6);
                mel[clip, 0].narrow(0, 16, 16).narrow(1, 24 - clip * 24, 8).add_(6);
                target[clip].narrow(0, 0, 8).select(1, clip).fill_(1);
                target[clip].narrow(0, 8, 8).select(1, 1 - clip).fill_(1);
            }
            var logits = model.call(mel);
            var loss = nn.functional.binary_cross_entropy_with_logits(logits, target);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }
        var first = Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 40; i++) Step();
        Assert.InRange(Step(), 0, first / 3);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Clips_in_a_batch_do_not_hear_each_other()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = new EventDetector(MiniScale.GroundingAudio, classes: 5);
        model.eval();
        using var quiet = inference_mode();
        var mel = randn([2, 1, 128, 32], generator: new(5UL));
        var logits = model.call(mel);
        Assert.Equal([2L, 64, 5], logits.shape);
        Golden.Close(logits, cat([model.call(mel.narrow(0, 0, 1)), model.call(mel.narrow(0, 1, 1))]), 1e-6, 0, "logits");
    }
}
