using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SalesOs.Dashboard.Cluster;

/// <summary>Which generation of the memory counts that the nodes share: what Redis holds under an older one is never read again. One row, or none while there is no such memory.</summary>
public sealed class GateGeneration
{
    public int Id { get; init; } = 1;

    /// <summary>Grows with each generation, and is at least the Unix milliseconds of its beginning: also a database that was put back begins one that was never there.</summary>
    public long Number { get; set; }
}

internal sealed class GateGenerationMapping : IEntityTypeConfiguration<GateGeneration>
{
    public void Configure(EntityTypeBuilder<GateGeneration> builder)
    {
        builder.ToTable("gate_generation");
        builder.HasKey(g => g.Id);
        builder.Property(g => g.Id).ValueGeneratedNever();
        // Of two nodes that begin one at the same time, one fails and looks again.
        builder.Property(g => g.Number).IsConcurrencyToken();
    }
}
