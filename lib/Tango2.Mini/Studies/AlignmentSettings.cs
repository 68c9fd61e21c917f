using Tango2.Display;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>The paper's settings of the alignment beside others.</summary>
public static class AlignmentSettings
{
    /// <summary>One row per setting of section 5.1.</summary>
    /// <param name="ours">The settings to compare.</param>
    /// <param name="pairs">How many pairs they are used on.</param>
    public static Table Beside(PreferenceOptions ours, int pairs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        static object? Paper(string name) => PaperFile.Cell("hyperparameters", name, "paper");
        return new Table("Settings of the alignment", "setting", "paper, 866 M parameters", "here, mini scale")
        {
            PaperColumn = 1,
            NumberFormat = "g4",
        }
            .Add("optimiser", Paper("optimizer"), "AdamW")
            .Add("β", Paper("dpo_beta"), ours.Beta)
            .Add("peak learning rate", Paper("learning_rate"), ours.LearningRate)
            .Add("pairs in a step", Paper("effective_batch"), ours.Batch)
            .Add("epochs of fine-tuning on winners", Paper("sft_epochs"), ours.SftEpochs)
            .Add("epochs of DPO", Paper("dpo_epochs"), ours.DpoEpochs)
            .Add("pairs", Paper("pairs"), pairs)
            .Add("steps in all", "2,350 (computed)", ours.Steps(pairs));
    }
}
