namespace Tango2.Display;

/// <summary>Something a notebook expected did not hold.</summary>
/// <param name="message">What was expected, and what was found.</param>
public sealed class ExpectationException(string message) : Exception(message);
