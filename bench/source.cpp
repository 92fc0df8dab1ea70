// SPDX-License-Identifier: MIT
#include "source.hpp"

#include "case.hpp"

#include "exporters/exporters.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/text.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace parallax::bench {
namespace {

/// The pool of this project's module: off, except while its source is measured.
class Pool {
public:
    explicit Pool(SystemSetting& size) : size_(size) {}

    [[nodiscard]] bool usable() const {
        return size_.value().has_value() && stat("pool_bytes") >= 0;
    }

    void off() {
        if (size_.value()) {
            size_.set(0);
        }
    }

    /// Waits until @p size bytes are ready.
    void fill(std::uint64_t size, Exporter& exporter) {
        using namespace std::chrono_literals;
        const std::uint64_t whole = (size + 2 * mebibyte - 1) / (2 * mebibyte) * 2;
        size_.set(whole);
        for (auto waited = 0ms; stat("pool_bytes") < static_cast<long long>(size); waited += 1ms) {
            if (waited % 1000 == 0ms) {
                const DmaBuf missed = exporter.allocate(size); // the pool refills after a miss
            }
            if (waited > 10s) {
                throw std::runtime_error(text::format("the pool does not fill to {} bytes", size));
            }
            std::this_thread::sleep_for(1ms);
        }
    }

private:
    /// A figure of the module; -1 if there is none.
    static long long stat(std::string_view wanted) {
        std::ifstream stats("/sys/kernel/debug/dmabuf_exporter/stats");
        std::string name;
        long long value = 0;
        while (stats >> name >> value) {
            if (name == wanted) {
                return value;
            }
        }
        return -1;
    }

    SystemSetting& size_;
};

class ExporterSource final : public Source {
public:
    ExporterSource(std::string name, std::unique_ptr<Exporter> exporter, bool pooled,
                   std::shared_ptr<Pool> pool)
        : name_(std::move(name)),
          exporter_(std::move(exporter)),
          pooled_(pooled),
          pool_(std::move(pool)) {}

    [[nodiscard]] const std::string& name() const override { return name_; }

    void prepare(std::uint64_t size) override {
        if (pooled_) {
            pool_->fill(size, *exporter_);
        } else {
            pool_->off(); // nothing is zeroed during another's iteration
        }
    }

    DmaBuf allocate(std::uint64_t size) override { return exporter_->allocate(size); }

private:
    std::string name_;
    std::unique_ptr<Exporter> exporter_; // null if it is only listed
    bool pooled_;
    std::shared_ptr<Pool> pool_;
};

/// True if an exporter that cannot be opened now can be opened after raising the limits.
bool waits_for_pages(const ExporterKind& kind, const Settings& settings) {
    return kind.name == "udmabuf-huge" && ::access(std::string(kind.node).c_str(), W_OK) == 0 &&
           settings.huge_pages.is_writable();
}

/// Some load their driver with the first allocation only.
OpenedExporter with_a_driver(std::unique_ptr<Exporter> exporter) try {
    static_cast<void>(exporter->allocate(1));
    return exporter;
} catch (const std::exception& error) {
    return std::unexpected(error.what());
}

} // namespace

Sources open_sources(Settings& settings, Purpose purpose, std::uint64_t largest,
                     std::vector<std::string>& left_out) {
    const auto pool = std::make_shared<Pool>(settings.pool_size);
    if (purpose == Purpose::measure) {
        settings.udmabuf_size.try_raise(largest / mebibyte + 1);
        settings.huge_pages.try_raise(largest / (2 * mebibyte) + 1);
    }

    Sources sources;
    const auto add = [&](std::string name, std::unique_ptr<Exporter> exporter, bool pooled) {
        sources.push_back(
            std::make_shared<ExporterSource>(std::move(name), std::move(exporter), pooled, pool));
    };
    const auto open = [&](const ExporterKind& kind, std::string name, bool pooled) {
        OpenedExporter exporter = kind.open(kind);
        if (exporter && purpose == Purpose::measure && !kind.device.empty()) {
            exporter = with_a_driver(*std::move(exporter));
        }
        if (exporter) {
            add(std::move(name), *std::move(exporter), pooled);
        } else if (purpose == Purpose::list && waits_for_pages(kind, settings)) {
            add(std::move(name), nullptr, pooled);
        } else {
            left_out.push_back(text::format("{}: {}", name, exporter.error()));
        }
    };
    for (const ExporterKind& kind : all_exporter_kinds()) {
        if (kind.is_given) {
            continue;
        }
        open(kind, std::string(kind.name), false);
        if (kind.name == source_name::ours) {
            if (pool->usable()) {
                open(kind, source_name::ours_pool, true);
            } else {
                left_out.emplace_back(
                    "exporter-pool: its parameter and figures need root and debugfs");
            }
        }
    }
    return sources;
}

} // namespace parallax::bench
