// SPDX-License-Identifier: MIT
// A data folder of its own that goes away with the test.
#pragma once
#include "admin/data_folder.h"
#include "admin/first_start.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

class Installation {
public:
    Installation() {
        std::string pattern = std::filesystem::temp_directory_path() / "admin-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        deployment.organisation.domain = "montague.example";
        deployment.organisation.connect_server = "xmpp.montague.example";
        deployment.organisation.rooms = "rooms.montague.example";
        deployment.organisation.proxy = "proxy.montague.example";
        deployment.data = folder_ + "/data";
        deployment.certificate = deployment.data + "/certificate.pem";
        deployment.key = deployment.data + "/key.pem";
        deployment.component_secret_file = deployment.data + "/component.secret";
        deployment.listen = {{"127.0.0.1", 5222}};
    }
    ~Installation() { std::filesystem::remove_all(folder_); }

    // Everything that the first start makes.
    void start() {
        REQUIRE(admin::DataFolder::take(deployment));
        REQUIRE(admin::make_missing(deployment, clock, random, base::Log(base::LogLevel::error)));
    }
    static void write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }
    static unsigned mode(const std::string& file) {
        return static_cast<unsigned>(std::filesystem::status(file).permissions()) & 07777U;
    }

    admin::Deployment deployment;
    base::Clock clock;
    xmpp::Random random;

private:
    std::string folder_;
};
