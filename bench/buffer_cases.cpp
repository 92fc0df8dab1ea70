// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include "anonymous_memory.hpp"
#include "fragmented_memory.hpp"
#include "memory_loops.hpp"
#include "vgem.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/text.hpp"

#include <benchmark/benchmark.h>

#include <sys/resource.h>

#include <barrier>
#include <exception>
#include <list>
#include <optional>
#include <thread>

namespace parallax::bench {
namespace {

/// Adds a case for each source and size. @p begin gets the source and the size.
template <typename Begin>
Cases of_each(const Sources& sources, std::span<const std::uint64_t> sizes, const std::string& work,
              Begin begin) {
    Cases cases;
    for (const std::uint64_t size : sizes) {
        for (const std::shared_ptr<Source>& source : sources) {
            cases.push_back(
                {work, source->name(), size, [=]() -> Iteration { return begin(source, size); }});
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
          mapping(buffer.map()) {
        buffer.set_name("parallax bench");
    }
};

void time_bandwidth(Timings& timings, std::span<std::byte> memory) {
    timings.time("write", [&] { write_words(memory, 0x0123456789abcdef); });
    timings.time("read", [&] { benchmark::DoNotOptimize(read_words(memory)); });
}

/// One byte in each huge page.
void touch_huge(const AnonymousMemory& memory) {
    for (std::size_t at = 0; at < memory.bytes().size(); at += page_table_reach()) {
        touch_pages(memory.bytes().subspan(at, 1));
    }
}

void life_of_a_buffer(Source& source, std::uint64_t size, Timings& timings) {
    source.prepare(size);
    std::optional<DmaBuf> buffer;
    std::optional<Mapping> mapping;
    timings.time("allocate", [&] { buffer.emplace(source.allocate(size)); });
    buffer->set_name("parallax bench");
    timings.time("map", [&] { mapping.emplace(buffer->map()); });
    {
        const CpuWrite access(*mapping);
        timings.time("first touch", [&] { touch_pages(access.bytes()); });
        flush_tlb();
        timings.time("touch again", [&] { touch_pages(access.bytes()); });
    }
    timings.time("unmap", [&] { mapping.reset(); });
    timings.time("close", [&] { buffer.reset(); });
}

/// Buffers of one size that exist while others are measured.
std::vector<DmaBuf> allocate_many(Source& source, std::uint64_t size) {
    const rlimit all{.rlim_cur = 2 * many_buffers, .rlim_max = 2 * many_buffers};
    ::setrlimit(RLIMIT_NOFILE, &all); // what it does not permit, allocate() reports
    source.prepare(size);
    std::vector<DmaBuf> buffers;
    while (buffers.size() < many_buffers) {
        buffers.push_back(source.allocate(size));
    }
    return buffers;
}

/// The steps of a program that shows a buffer once a frame.
void use_once(Source& source, std::uint64_t size) {
    const DmaBuf buffer = source.allocate(size);
    const Mapping mapping = buffer.map();
    const CpuWrite access(mapping);
    touch_pages(access.bytes());
}

void use_in_threads(Source& source, std::uint64_t size, int threads, Timings& timings) {
    constexpr int rounds = 32;
    std::barrier begin(threads + 1);
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
    std::vector<std::jthread> crowd;
    for (std::exception_ptr& failure : failures) {
        crowd.emplace_back([&] {
            begin.arrive_and_wait();
            try {
                for (int i = 0; i < rounds; ++i) {
                    use_once(source, size);
                }
            } catch (...) {
                failure = std::current_exception();
            }
        });
    }
    begin.arrive_and_wait();
    timings.time("rounds", [&] { crowd.clear(); });
    for (const std::exception_ptr& failure : failures) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

} // namespace

Cases buffer_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    return of_each(sources, sizes, "buffer",
                   [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       return [=](Timings& timings) { life_of_a_buffer(*source, size, timings); };
                   });
}

Cases many_buffers_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    return of_each(
        sources, sizes, many_work, [](const std::shared_ptr<Source>& source, std::uint64_t size) {
            const auto others = std::make_shared<std::vector<DmaBuf>>(allocate_many(*source, size));
            return [source, size, others](Timings& timings) {
                life_of_a_buffer(*source, size, timings);
            };
        });
}

Cases fragmented_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    const auto memory = std::make_shared<std::optional<FragmentedMemory>>();
    return of_each(sources, sizes, fragmented_work,
                   [memory](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       if (!*memory) {
                           memory->emplace(*source);
                       }
                       return [=](Timings& timings) { life_of_a_buffer(*source, size, timings); };
                   });
}

Cases thread_cases(const Sources& sources, std::span<const std::uint64_t> sizes, int threads) {
    return of_each(sources, sizes, text::format("threads-{}", threads),
                   [threads](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       source->prepare(size);
                       return [=](Timings& timings) {
                           use_in_threads(*source, size, threads, timings);
                       };
                   });
}

Cases zeroing_cases(std::span<const std::uint64_t> sizes) {
    Cases cases;
    for (const std::uint64_t size : sizes) {
        if (size % page_table_reach() == 0) {
            cases.push_back({"zeroing", "anonymous", size, [size]() -> Iteration {
                                 return [size](Timings& timings) {
                                     const AnonymousMemory memory(size);
                                     timings.time("first touch", [&] { touch_huge(memory); });
                                 };
                             }});
        }
    }
    return cases;
}

Cases bandwidth_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    Cases cases = of_each(sources, sizes, "bandwidth",
                          [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                              const auto buffer = std::make_shared<MappedBuffer>(*source, size);
                              touch_pages(CpuWrite(buffer->mapping).bytes());
                              return [buffer](Timings& timings) {
                                  const CpuWrite access(buffer->mapping);
                                  time_bandwidth(timings, access.bytes());
                              };
                          });
    for (const std::uint64_t size : sizes) {
        cases.push_back({"bandwidth", "anonymous", size, [size]() -> Iteration {
                             const auto memory = std::make_shared<AnonymousMemory>(size);
                             touch_pages(memory->bytes());
                             return [memory](Timings& timings) {
                                 time_bandwidth(timings, memory->bytes());
                             };
                         }});
    }
    return cases;
}

Cases sync_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                 unsigned int attachments) {
    struct Attached : MappedBuffer {
        std::list<Vgem> devices; // each open file is a separate importer
        std::list<VgemImport> imports;

        Attached(Source& source, std::uint64_t size, unsigned int count)
            : MappedBuffer(source, size) {
            while (imports.size() < count) {
                imports.emplace_back(devices.emplace_back(), buffer);
            }
        }
    };
    return of_each(sources, sizes, text::format("sync-{}", attachments),
                   [attachments](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       const auto attached = std::make_shared<Attached>(*source, size, attachments);
                       return [attached](Timings& timings) {
                           std::optional<CpuWrite> access;
                           timings.time("start", [&] { access.emplace(attached->mapping); });
                           timings.time("end", [&] { access.reset(); });
                       };
                   });
}

Cases device_cases(const Sources& sources, std::span<const std::uint64_t> sizes) {
    return of_each(sources, sizes, "device",
                   [](const std::shared_ptr<Source>& source, std::uint64_t size) {
                       source->prepare(size);
                       const auto buffer = std::make_shared<DmaBuf>(source->allocate(size));
                       buffer->set_name("parallax bench");
                       return [buffer, device = std::make_shared<Vgem>()](Timings& timings) {
                           std::optional<VgemImport> import;
                           timings.time("attach", [&] { import.emplace(*device, *buffer); });
                           timings.time("detach", [&] { import.reset(); });
                       };
                   });
}

} // namespace parallax::bench
