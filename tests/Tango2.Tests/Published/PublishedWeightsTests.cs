using Tango2.Display;
using Tango2.Published;
using Tango2.Tests.Hub;

namespace Tango2.Tests.Published;

public sealed class PublishedWeightsTests
{
    [Fact]
    public void Without_the_published_model_a_note_says_how_to_get_it()
    {
        using var environment = new EnvironmentScope(
            ("HF_HUB_CACHE", Path.Combine(Path.GetTempPath(), "no published weights")), (PublishedWeights.Variable, null));
        var note = Assert.IsType<Note>(PublishedWeights.Hear("rain"));
        Assert.Equal(
            "Skipped: Tango 2 is not on this disk. `tango2 fetch tango2 --dry-run` tells what it would bring, and under which licence.", note.ToString());
    }
}
