// SPDX-License-Identifier: MIT
#include "buffer_cases.hpp"

#include "anonymous_memory.hpp"
#include "memory_loops.hpp"
#include "vgem.hpp"

#include "parallax/cpu_access.hpp"

#include <benchmark/benchmark.h>

#include <format>
#include <list>
#include <optional>

namespace parallax::bench {
namespace {

/// Makes a case of each source at each size. @p begin gets the source and the size.
template <typename Begin>
Cases of_each(const Sources& sources, std::span<const std::uint64_t> sizes, const std::string& work,
              Begin begin) {
    Cases cases;
    for (const std::uint64_t size : sizes) {
        for (const std::shared_ptr<Source>& source : sources) {
            cases.push_back(
                {work, source->name(), size, [=]() -> Turn { return begin(source, size); }});
        }
    }
    return cases;
}

/// A buffer that is allocated and mapped, with nothing of that timed.
struct MappedBuffer {
    DmaBuf buffer;
    Mapping mapping;

    MappedBuffer(Source& source, std::uint64_t size)
        : buffer((source.prepare(size), source.allocate(size))),
          mapping(buffer.map()) {}
};

void time_bandwidth(Steps& steps, std::span<std::byte> memory) {
    steps.time("write", [&] { write_words(memory, 0x0123456789abcdef); });
    steps.time("read", [&] { benchmark::DoNotOptimize(read_words(memory)); });
}

void life_of_a_buffer(Source& source, std::uint64_t size, Steps& steps) {
    source.prepare(size);
    std::optional<DmaBuf> buffer;
    std::optional<Mapping> mapping;
    steps.time("allocate", [&] { buffer.emplace(source.allocate(size)); });
    steps.time("map", [&] { mapping.emplace(buffer->map()); });
    {
        const CpuWrite access(*mapping);
        steps.time("first touch", [&] { touch_pages(access.bytes()); });
        forget_translations();
        steps.time("touch again", [&] { touch_pages(access.bytes()); });
    }
    steps.time("unmap", [&] { mapping.reset(); });
    steps.time("close", [&] { buffer.reset(); });
}

} // namespace

Cases buffer_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    return of_each(sources, sizes, "buffer",
                   [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       return [=](Steps& steps) { life_of_a_buffer(*source, size, steps); };
                   });
}

Cases bandwidth_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    Cases cases = of_each(sources, sizes, "bandwidth",
                          [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                              const auto buffer = std::make_shared<MappedBuffer>(*source, size);
                              touch_pages(CpuWrite(buffer->mapping).bytes());
                              return [buffer](Steps& steps) {
                                  const CpuWrite access(buffer->mapping);
                                  time_bandwidth(steps, access.bytes());
                              };
                          });
    for (const std::uint64_t size : sizes) {
        cases.push_back({"bandwidth", "anonymous", size, [size]() -> Turn {
                             const auto memory = std::make_shared<AnonymousMemory>(size);
                             touch_pages(memory->bytes());
                             return
                                 [memory](Steps& steps) { time_bandwidth(steps, memory->bytes()); };
                         }});
    }
    return cases;
}

Cases sync_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                 unsigned int attachments) {
    struct Attached : MappedBuffer {
        std::list<Vgem> devices; // each open file is an importer of its own
        std::list<VgemImport> imports;

        Attached(Source& source, std::uint64_t size, unsigned int count)
            : MappedBuffer(source, size) {
            while (imports.size() < count) {
                imports.emplace_back(devices.emplace_back(), buffer);
            }
        }
    };
    return of_each(sources, sizes, std::format("sync-{}", attachments),
                   [attachments](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       const auto attached = std::make_shared<Attached>(*source, size, attachments);
                       return [attached](Steps& steps) {
                           std::optional<CpuWrite> access;
                           steps.time("start", [&] { access.emplace(attached->mapping); });
                           steps.time("end", [&] { access.reset(); });
                       };
                   });
}

Cases device_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    return of_each(sources, sizes, "device",
                   [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       source->prepare(size);
                       const auto buffer = std::make_shared<DmaBuf>(source->allocate(size));
                       return [buffer, device = std::make_shared<Vgem>()](Steps& steps) {
                           std::optional<VgemImport> import;
                           steps.time("attach", [&] { import.emplace(*device, *buffer); });
                           steps.time("detach", [&] { import.reset(); });
                       };
                   });
}

} // namespace parallax::bench
