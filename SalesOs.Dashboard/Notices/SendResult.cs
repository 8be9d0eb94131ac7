namespace SalesOs.Dashboard.Notices;

/// <summary>What came of one try to hand a notice to one receiver.</summary>
/// <param name="Status">The HTTP status or the SMTP reply code; null: there was no answer.</param>
/// <param name="Took">From the begin of the try to its end.</param>
/// <param name="Answer">The first 500 bytes of the answer as text; null: there was none.</param>
/// <param name="Fault">One word, such as <c>timeout</c>, <c>refused_address</c>, <c>tls</c>, <c>connect</c>, <c>redirect</c>; null when it was delivered or the status says it.</param>
/// <param name="IsGone">The receiver wants no more of them, ever (410).</param>
public sealed record SendResult(bool IsDelivered, int? Status, TimeSpan Took, string? Answer, string? Fault, bool IsGone)
{
    /// <summary>Of <see cref="Answer"/>, in bytes of UTF-8.</summary>
    public const int MaxAnswerBytes = 500;
}
