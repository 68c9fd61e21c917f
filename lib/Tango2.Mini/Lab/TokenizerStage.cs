using Tango2.Files;
using Tango2.Mini.Foley;
using Tango2.Text;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>Learns the vocabularies from training captions.</summary>
internal static class TokenizerStage
{
    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage("tokenizers", "vocabularies", Work, Test)
    {
        Makes = [LabProduct.Tokenizer, LabProduct.ClapTokenizer, LabProduct.Words],
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        string[] captions =
        [
            .. FoleyWorld.Clips(options.Seed, FoleySplit.Train, 10_000)
                .SelectMany(clip => new[] { clip.Caption, clip.CaptionVariant(1) }),
        ];
        AtomicFile.Write(options.Models.PathOf("tokenizer.model"), s => s.Write(UnigramTrainer.Train(captions, MiniScale.Vocabulary)));
        var (vocabulary, merges) = ByteLevelBpeTrainer.Train(captions, MiniScale.Vocabulary);
        AtomicFile.WriteText(options.Models.PathOf("clap-vocab.json"), vocabulary);
        AtomicFile.WriteText(options.Models.PathOf("clap-merges.txt"), merges);
        WordVocabulary.Build(SoundEvents.All.SelectMany(sound => sound.Queries))
            .Save(options.Models.PathOf("grounding-words.json"));
        yield break;
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        var tokenizer = options.Models.Tokenizer();
        var clap = options.Models.ClapTokenizer();
        string[] captions = [.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, 500).Select(clip => clip.Caption)];
        return new()
        {
            ["unigram tokens a caption"] = captions.Average(c => tokenizer.Encode(c).Length),
            ["byte-level tokens a caption"] = captions.Average(c => clap.Encode(c).Length),
        };
    }
}
