using System.Text;

namespace Tango2.Notebooks;

/// <summary>A console stream of a notebook: everything written is told at once, as text of the running cell.</summary>
/// <param name="tell">Told each text; the first half of a character waits for the second.</param>
internal sealed class ConsoleCapture(Action<string> tell) : TextWriter
{
    private string _half = "";

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        var text = _half + value;
        _half = char.IsHighSurrogate(text[^1]) ? text[^1..] : "";
        if (text.Length > _half.Length) tell(text[..^_half.Length]);
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Tells the half of a character that waits, since the cell has ended.</summary>
    public override void Flush()
    {
        if (_half.Length > 0) tell(_half);
        _half = "";
    }
}
