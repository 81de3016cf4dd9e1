// SPDX-License-Identifier: Apache-2.0
// First inputs of the fuzzer: pages such as each firmware prints, and damaged ones.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: wes_write_pages FOLDER\n";
        return 2;
    }
    const std::filesystem::path folder{argv[1]};
    std::filesystem::create_directories(folder);
    int number = 0;
    const std::string meter =
        "<tic1><ADCO>041876543210</ADCO><OPTARIF>HC.</OPTARIF><PTEC>H. Pleines</PTEC><PAP>1240</PAP></tic1>";
    const std::string clamps = "<pince> <I1>0.63</I1> <INDEX1>29386.970</INDEX1><V>236</V></pince>";
    for (const std::string& page : {"<data>" + meter + clamps + "</data>",
                                    "<?xml version=\"1.0\" encoding=\"windows-1252\"?><data>" + meter + "</data>",
                                    "<data><temp><NOM1>a & <b></NOM1><SONDE1>-3.5</SONDE1></temp>" + clamps + "</data>",
                                    "<data>" + meter + "<relais><RELAIS1>ON</RELAIS1></relais></dat",
                                    std::string{"&amp;&#x80;&#233;\x80 <![CDATA[x]]><!-- -->"}})
        std::ofstream{folder / std::to_string(number++), std::ios::binary} << page;
    return 0;
}
