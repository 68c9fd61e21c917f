using System.Text;

namespace Tango2.Cli.Notebooks;

/// <summary>A console stream of a notebook: everything written becomes an output of the running cell.</summary>
internal sealed class ConsoleCapture(string stream, CellOutputs outputs) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => outputs.Write(stream, value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value)) outputs.Write(stream, value);
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");
}
