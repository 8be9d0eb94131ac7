namespace SalesOs.Dashboard.Api;

/// <param name="Whole">Every entry holds.</param>
/// <param name="Entries">How many hold, of those that are kept, from the first on.</param>
/// <param name="FirstBad">The sequence of the first entry that does not hold or is missing; null when the log is whole.</param>
/// <param name="First">The first entry that is kept: 1, or the one behind the checkpoint that was pruned to.</param>
/// <param name="CheckedFrom">The first entry that was read now; those before it held within the past hour.</param>
public sealed record VerificationAnswer(bool Whole, long Entries, long? FirstBad, long First, long CheckedFrom);
