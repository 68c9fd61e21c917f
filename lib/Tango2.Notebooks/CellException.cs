namespace Tango2.Notebooks;

/// <summary>A cell that does not compile or throws; the message begins with <c>notebook[cell n]:line m</c>.</summary>
internal sealed class CellException(string place, int line, string kind, string detail, Exception? inner = null)
    : Exception($"{place}:line {line}: {detail}", inner)
{
    /// <summary>The kind of error: an exception's type name, or CompilationError.</summary>
    public string Kind { get; } = kind;
}
